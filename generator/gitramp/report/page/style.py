"""The style of the page of `gitramp report`.

Owns its layout and the look of its pictures. Colours are the tokens of `look`; nothing here knows a theme.
"""

STYLE = """\
header { padding-bottom: .25rem }
.as-of { margin: .25rem 0 .75rem; color: var(--muted) }
.verdict { margin: 0; padding: .6rem .9rem; border-radius: .6rem; font-weight: 600 }
.good { background: var(--good-soft); color: var(--good-ink) }
.warn { background: var(--warn-soft); color: var(--warn-ink) }
.bad { background: var(--bad-soft); color: var(--bad-ink) }
nav { position: sticky; top: 0; z-index: 1; background: var(--ground); border-bottom: 1px solid var(--line) }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.1rem; max-width: 78rem; margin: .75rem auto 0; list-style: none }
nav ul { padding: .35rem clamp(.75rem, 3vw, 2rem) }
nav a { display: inline-block; padding: .2rem 0; text-decoration: none }
nav a:hover { text-decoration: underline }
section { margin-top: 1.75rem; scroll-margin-top: 3.5rem }
h2, .service, .card { scroll-margin-top: 4.5rem }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: .75rem }
.cards.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)) }
.card, .service, .finding { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem }
.card { padding: .8rem .95rem; min-width: 0 }
.environment p { margin: .3rem 0 0 }
.platform { color: var(--muted); font-size: .875rem }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .25rem .75rem }
.badge { border-radius: 1rem; padding: .05rem .6rem; font-size: .8125rem; font-weight: 600; white-space: nowrap }
.badge.plain { background: var(--raised); color: var(--ink) }
dl { margin: .6rem 0 0; display: grid; gap: .2rem }
dl div { display: grid; grid-template-columns: 4.5rem 1fr; gap: .75rem }
dt { color: var(--muted) }
dd { margin: 0; font-variant-numeric: tabular-nums }
.card.canary { border-top: 4px solid var(--canary) }
.share { margin: .5rem 0 0; color: var(--canary-ink) }
.share strong { font-size: 1.75rem; line-height: 1.2; margin-right: .25rem; font-variant-numeric: tabular-nums }
.rest { margin: .15rem 0 0; color: var(--stable-ink); text-align: right }
.bar { height: .7rem; border-radius: .35rem; background: var(--stable); overflow: hidden; margin-top: .3rem }
.bar span { display: block; height: 100%; background: var(--canary); border-right: 2px solid var(--surface) }
.bar span[style="width:0%"], .bar span[style="width:100%"] { border: 0 }
.steps { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; margin: .7rem 0 0; padding: 0 }
.steps li { flex: 1 0 2.2rem; text-align: center; border-radius: .3rem; padding: .1rem 0; font-size: .875rem }
.steps li { background: var(--raised); color: var(--muted); font-variant-numeric: tabular-nums }
.steps .done { background: var(--canary-soft); color: var(--canary-ink) }
.steps .now { background: var(--canary-ink); color: var(--surface); font-weight: 700 }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
summary { cursor: pointer }
.service { margin-bottom: .6rem }
.service > summary { padding: .7rem .95rem .7rem 2.1rem; position: relative }
.service > summary { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .9rem }
.service > summary { list-style: none }
.service > summary::-webkit-details-marker { display: none }
.service > summary::before { content: ""; width: .5rem; height: .5rem; border: solid var(--muted) }
.service > summary::before { border-width: 0 2px 2px 0; position: absolute; left: .95rem; top: 1.1rem }
.service > summary::before { transform: rotate(-45deg) }
.service[open] > summary::before { transform: rotate(45deg) }
.service h3 { min-width: 6rem }
.chips { display: flex; flex-wrap: wrap; gap: .3rem }
.chip { border-radius: .4rem; padding: .05rem .5rem; font-size: .8125rem }
.chip.stable { background: var(--stable-soft); color: var(--stable-ink) }
.chip.canary { background: var(--canary-soft); color: var(--canary-ink) }
.chip.absent { background: var(--raised); color: var(--muted) }
.chip b { font-weight: 600 }
.pictures, .figures { display: flex; flex-wrap: wrap; gap: .5rem 2rem }
.pictures { padding: .25rem .95rem .5rem }
.group h4 { margin: 0 0 .4rem; font-size: .9375rem; color: var(--muted) }
.group { max-width: min(100%, 46rem) }
figure { margin: 0 0 1rem; width: 21.5rem; max-width: 100% }
figcaption { color: var(--muted); font-size: .875rem }
.tables { padding: 0 .95rem .8rem }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9375rem }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line) }
thead th { color: var(--muted); font-weight: 500; border: 0 }
tbody th { font-weight: 600 }
td small { display: block; color: var(--muted) }
.findings { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: .6rem }
.finding { padding: .75rem .95rem; background: var(--surface); color: var(--ink) }
.finding.bad { border-left: 4px solid var(--bad-ink) }
.finding.warn { border-left: 4px solid var(--warn-ink) }
.finding p { margin: .15rem 0 }
.finding .badge { margin-right: .5rem }
.where, .related, .concerns { color: var(--muted); font-size: .9375rem }
pre { margin: .4rem 0; padding: .5rem .7rem; background: var(--raised); border-radius: .4rem; overflow-x: auto }
section > h3, section > .head { margin-top: .9rem }
section > h3 + * { margin-top: .25rem }
.files { margin: .2rem 0 .6rem; padding-left: 1.25rem }
.reason { margin: .6rem 0 0 }
footer { margin-top: 2.5rem; padding-bottom: 2rem; color: var(--muted); font-size: .875rem }
.flow { display: block; width: 100%; height: auto; font: 11.5px ui-monospace, monospace; fill: var(--ink) }
.flow .host { font-weight: 600 }
.flow .via, .flow .small, .flow .tls { font-size: 10.5px; fill: var(--muted) }
.flow .name { font-size: 13px; font-weight: 700 }
.flow .role { font: 600 10.5px system-ui, sans-serif; text-anchor: end }
.flow .share { font-weight: 700; text-anchor: middle }
.flow .rest { font-family: system-ui, sans-serif; font-weight: 600 }
.trunk { fill: none; stroke: var(--other); stroke-width: 3; stroke-linecap: round }
.way { fill: var(--surface); stroke: var(--other); stroke-width: 2.5 }
.band { fill: none }
.band.stable { stroke: var(--stable) }
.band.canary { stroke: var(--canary) }
.band.other { stroke: var(--other) }
.band.copies { stroke-dasharray: 4 3 }
.pill { fill: var(--surface); stroke-width: 1.5 }
.pill.stable, .box.stable { stroke: var(--stable) }
.pill.canary, .box.canary { stroke: var(--canary) }
.pill.other, .box.other { stroke: var(--other) }
.box { stroke-width: 1.5 }
.box.stable { fill: var(--stable-soft) }
.box.canary { fill: var(--canary-soft); stroke-width: 2.5 }
.box.other { fill: var(--other-soft) }
.box.idle { stroke-dasharray: 4 3 }
.flow .share.stable, .flow .role.stable { fill: var(--stable-ink) }
.flow .share.canary, .flow .role.canary { fill: var(--canary-ink) }
.flow .share.other, .flow .role.other { fill: var(--other-ink) }
.lock { fill: none; stroke: var(--muted); stroke-width: 1.4 }
@media (max-width: 40rem) {
  nav { position: static }
  table, tbody, tr { display: block }
  caption { display: block }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr { padding: .4rem 0; border-top: 1px solid var(--line) }
  th, td { border: 0; padding: .1rem 0 }
  tbody th { display: block }
  td { display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem }
  td::before { content: attr(data-of); color: var(--muted) }
  td > * { min-width: 0; grid-column: 2 }
}
@media print { nav { display: none } .service { break-inside: avoid } }
"""
