// Command istio-routes makes Envoys' configuration of one environment after the other, with Istio's own code.
//
// It owns the dialogue: each line of the input is one environment as JSON, its objects of Kubernetes and of Istio, and
// is answered by one line of JSON, the port at which Envoys get what istiod makes of them, or why istiod does not take
// them. An environment is served until the next line, or the end of the input. The server is the one of Istio's own
// tests, whose store of objects is memory. It must not know what gitramp is, nor judge anything itself.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"google.golang.org/protobuf/types/known/wrapperspb"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/test"
)

// environment is one line of the input.
type environment struct {
	Kubernetes []json.RawMessage `json:"kubernetes"`
	Istio      []json.RawMessage `json:"istio"`
	Own        []json.RawMessage `json:"own"` // objects of Istio's that are not judged
}

// answer is one line of the output.
type answer struct {
	Port  int    `json:"port,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "istio-routes:", err)
		os.Exit(2)
	}
}

// run serves environments until the input ends.
func run(input io.Reader, output io.Writer) error {
	for _, scope := range log.Scopes() { // it logs to standard output, which is for answers
		scope.SetOutputLevel(log.NoneLevel)
	}
	lines, answers := bufio.NewReader(input), json.NewEncoder(output)
	line, err := lines.ReadBytes('\n')
	for err == nil {
		var asked environment
		if err := json.Unmarshal(line, &asked); err != nil {
			return err
		}
		answered := false
		failed := test.Wrap(func(t test.Failer) {
			port := serve(t, asked)
			answered = true
			if err = answers.Encode(answer{Port: port}); err == nil {
				line, err = lines.ReadBytes('\n')
			}
		})
		if failed != nil && !answered {
			if err := answers.Encode(answer{Error: strings.TrimSuffix(failed.Error(), ": "+documents(asked.Istio))}); err != nil {
				return err
			}
			line, err = lines.ReadBytes('\n')
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// serve starts a server of an environment; it ends with the test.
func serve(t test.Failer, asked environment) int {
	server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects: objects(t, asked.Kubernetes),
		ConfigString:      documents(asked.Istio),
		Configs:           own(t, asked.Own),
		MeshConfig:        meshConfig(),
		ListenerBuilder:   func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") },
	})
	return server.Listener.Addr().(*net.TCPAddr).Port
}

// meshConfig is Istio's own, but for mutual TLS: no agent is here that has certificates.
func meshConfig() *meshconfig.MeshConfig {
	config := mesh.DefaultMeshConfig()
	config.EnableAutoMtls = wrapperspb.Bool(false)
	return config
}

func objects(t test.Failer, raw []json.RawMessage) []runtime.Object {
	var found []runtime.Object
	for _, each := range raw {
		object, _, err := kube.IstioCodec.UniversalDeserializer().Decode(each, nil, nil)
		if err != nil {
			t.Fatalf("not an object: %v: %s", err, each)
		}
		found = append(found, object)
	}
	return found
}

func own(t test.Failer, raw []json.RawMessage) []config.Config {
	var found []config.Config
	for _, each := range raw {
		var object crd.IstioKind
		if err := json.Unmarshal(each, &object); err != nil {
			t.Fatal(err)
		}
		kind := object.GroupVersionKind()
		schema, known := collections.PilotGatewayAPI().FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&kind))
		if !known {
			t.Fatalf("no kind of Istio's: %v", kind)
		}
		read, err := crd.ConvertObject(schema, &object, "")
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, *read)
	}
	return found
}

func documents(raw []json.RawMessage) string {
	var all strings.Builder
	for _, each := range raw {
		all.Write(each)
		all.WriteString("\n---\n")
	}
	return all.String()
}
