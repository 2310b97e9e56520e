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

// known are the kinds that istiod reads.
var known = collections.PilotGatewayAPI()

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
			if err := answers.Encode(answer{Error: failed.Error()}); err != nil {
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
		Configs:           append(judged(t, asked.Istio), own(t, asked.Own)...),
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

// judged reads objects of Istio's; the first one that istiod would refuse ends the test with its name and the reason.
func judged(t test.Failer, raw []json.RawMessage) []config.Config {
	found := own(t, raw)
	for _, each := range found {
		schema, _ := known.FindByGroupVersionKind(each.GroupVersionKind)
		if _, err := schema.ValidateConfig(each); err != nil {
			t.Fatalf("%s %s/%s: %v", each.GroupVersionKind.Kind, each.Namespace, each.Name, err)
		}
	}
	return found
}

// own reads objects of Istio's as they are.
func own(t test.Failer, raw []json.RawMessage) []config.Config {
	var found []config.Config
	for _, each := range raw {
		var object crd.IstioKind
		if err := json.Unmarshal(each, &object); err != nil {
			t.Fatalf("not an object: %v: %s", err, each)
		}
		kind := object.GroupVersionKind()
		schema, exists := known.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&kind))
		if !exists {
			t.Fatalf("%v is no kind of Istio's", kind)
		}
		read, err := crd.ConvertObject(schema, &object, "cluster.local")
		if err != nil {
			t.Fatalf("%s %s/%s: %v", object.Kind, object.Namespace, object.Name, err)
		}
		found = append(found, *read)
	}
	return found
}
