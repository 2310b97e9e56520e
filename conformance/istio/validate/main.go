// Command istio-validate says what istiod's admission webhook answers to each document of a YAML stream.
//
// It owns the dialogue with the webhook: a document becomes the AdmissionReview that an API server would send, and the
// review's answer becomes one line of JSON. The webhook is Istio's own, called without a network. It must not know what
// gitramp is, nor judge anything itself.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	admission "k8s.io/api/admission/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	stream "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/webhooks/validation/server"
)

// webhookGroups are those for which Istio's charts register the webhook; all other objects never reach it.
var webhookGroups = map[string]bool{
	"extensions.istio.io": true,
	"networking.istio.io": true,
	"security.istio.io":   true,
	"telemetry.istio.io":  true,
}

// identity is what names a document in its verdict.
type identity struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
}

// verdict is one line of the output; a document that is not for the webhook has Asked false and no errors.
type verdict struct {
	File      string   `json:"file,omitempty"`
	Kind      string   `json:"kind"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	Asked     bool     `json:"asked"`
	Errors    []string `json:"errors"`
	Warnings  []string `json:"warnings"`
}

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "istio-validate:", err)
		os.Exit(2)
	}
}

// run judges the named files, or the input when there is none; verdicts do not change the exit code.
func run(paths []string, input io.Reader, output io.Writer) error {
	for _, scope := range log.Scopes() { // it logs each refusal, and standard output is for verdicts
		scope.SetOutputLevel(log.NoneLevel)
	}
	mux := http.NewServeMux()
	options := server.Options{Schemas: collections.PilotGatewayAPI(), DomainSuffix: "cluster.local", Mux: mux}
	if _, err := server.New(options); err != nil {
		return err
	}
	lines := json.NewEncoder(output)
	lines.SetEscapeHTML(false)
	if len(paths) == 0 {
		return judgeStream(mux, "", input, lines)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := judgeStream(mux, path, bytes.NewReader(content), lines); err != nil {
			return err
		}
	}
	return nil
}

// judgeStream writes the verdict on every document of one stream.
func judgeStream(webhook http.Handler, file string, input io.Reader, lines *json.Encoder) error {
	documents := stream.NewYAMLReader(bufio.NewReader(input))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := yaml.YAMLToJSONStrict(document)
		if err == nil && string(content) == "null" {
			continue // nothing but comments
		}
		said := verdict{File: file, Errors: []string{}, Warnings: []string{}}
		if err != nil {
			said.Errors = append(said.Errors, err.Error())
		} else if err := said.fill(webhook, content); err != nil {
			return err
		}
		if err := lines.Encode(said); err != nil {
			return err
		}
	}
}

// fill completes a verdict with what the webhook answers about one object.
func (v *verdict) fill(webhook http.Handler, content []byte) error {
	var named identity
	if err := json.Unmarshal(content, &named); err != nil {
		v.Errors = append(v.Errors, err.Error())
		return nil
	}
	v.Kind, v.Namespace, v.Name = named.Kind, named.Metadata.Namespace, named.Metadata.Name
	group, version, _ := strings.Cut(named.APIVersion, "/")
	if v.Asked = webhookGroups[group]; !v.Asked {
		return nil
	}
	answer, err := ask(webhook, admission.AdmissionRequest{
		UID:       "1",
		Kind:      meta.GroupVersionKind{Group: group, Version: version, Kind: named.Kind},
		Name:      v.Name,
		Namespace: v.Namespace,
		Operation: admission.Create,
		Object:    runtime.RawExtension{Raw: content},
	})
	if err != nil {
		return err
	}
	v.Warnings = append(v.Warnings, answer.Warnings...)
	if !answer.Allowed {
		v.Errors = append(v.Errors, answer.Result.Message)
	}
	return nil
}

// ask sends one review through the webhook's HTTP handler.
func ask(webhook http.Handler, request admission.AdmissionRequest) (*admission.AdmissionResponse, error) {
	review := admission.AdmissionReview{
		TypeMeta: meta.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request:  &request,
	}
	body, err := json.Marshal(review)
	if err != nil {
		return nil, err
	}
	call := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	call.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	webhook.ServeHTTP(recorder, call)
	var answered admission.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &answered); err != nil || answered.Response == nil {
		return nil, fmt.Errorf("the webhook answered %d: %s", recorder.Code, recorder.Body.String())
	}
	return answered.Response, nil
}
