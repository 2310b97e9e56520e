// What is wrong with how a page is laid out, one line a fault. `conformance/browser.py` asks it of an open page.
() => {
  const shown = each => each.outerHTML.slice(0, 120)
  const sideways = () => {
    const room = document.documentElement.clientWidth
    const leaves = [...document.querySelectorAll('body *')].filter(each => {
      const box = each.getBoundingClientRect()
      return !each.closest('pre, .unseen, thead, svg') && box.width && (box.right > room + 1 || box.left < -1)
    })
    const whole = document.documentElement.scrollWidth > room ? ['the page scrolls sideways'] : []
    return [...whole, ...leaves.map(each => `${shown(each)} leaves the page`)]
  }
  const clipped = () => [...document.querySelectorAll('body *')].filter(each =>
    !each.closest('svg, .unseen, thead') && getComputedStyle(each).overflowX === 'hidden'
    && each.scrollWidth > each.clientWidth + 1).map(each => `${shown(each)} is cut`)
  const end = box => box.x + box.width
  const foot = box => box.y + box.height
  const crosses = (box, rect) => {
    const apart = box.x >= end(rect) || end(box) <= rect.x || box.y + 3 >= foot(rect) || foot(box) - 3 <= rect.y
    const inside = box.x >= rect.x + 2 && end(box) <= end(rect) - 2 && box.y >= rect.y - 2 && foot(box) <= foot(rect) + 2
    return !apart && !inside
  }
  const covers = (one, other) => {
    const across = Math.min(end(one), end(other)) - Math.max(one.x, other.x)
    return across > 1 && Math.min(foot(one), foot(other)) - Math.max(one.y, other.y) > 4
  }
  const picture = svg => {
    const name = svg.querySelector('title').textContent
    const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number)
    const texts = [...svg.querySelectorAll('text')].map(text => ({said: text.textContent, box: text.getBBox()}))
    const rects = [...svg.querySelectorAll('rect.box, rect.pill')].map(rect => rect.getBBox())
    return texts.flatMap(({said, box}, at) => [
      ...(box.x < 0 || box.y < -1 || end(box) > width || foot(box) > height ? [`${said} leaves the picture`] : []),
      ...rects.filter(rect => crosses(box, rect)).map(() => `${said} crosses an edge`),
      ...texts.slice(at + 1).filter(other => covers(box, other.box)).map(other => `${said} lies over ${other.said}`),
    ]).map(fault => `${name}: ${fault}`)
  }
  return [...sideways(), ...clipped(), ...[...document.querySelectorAll('svg')].flatMap(picture)]
}
