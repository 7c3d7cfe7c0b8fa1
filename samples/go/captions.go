// Captions writes captions through an OpenAI-compatible server and books their tokens in Farthing's ledger.
// Standard library only: FARTHING_URL=… FARTHING_KEY=… OPENAI_URL=… OPENAI_KEY=… go run . "red mug" "blue vase"
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

type answer struct {
	Choices []struct {
		Message struct{ Content string }
	}
	Usage struct {
		PromptTokens        int64 `json:"prompt_tokens"`
		CompletionTokens    int64 `json:"completion_tokens"`
		PromptTokensDetails struct {
			CachedTokens int64 `json:"cached_tokens"`
		} `json:"prompt_tokens_details"`
	}
}

// post sends JSON and reads JSON; it says when to try again.
func post(url, kind, key string, body []byte, into any) (status int, err error) {
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("content-type", kind)
	request.Header.Set("authorization", "Bearer "+key)
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	return response.StatusCode, json.NewDecoder(response.Body).Decode(into)
}

// book sends one event until it is booked. The id goes with the event for ever, so sending it again never counts twice.
func book(data map[string]any) error {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	event, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": fmt.Sprintf("%x", id), "source": "/samples/go/captions", "type": "farthing.usage",
		"time": time.Now().UTC().Format(time.RFC3339Nano), "data": data,
	})
	if err != nil {
		return err
	}
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		var told map[string]any
		status, err := post(os.Getenv("FARTHING_URL")+"/v1/usage", "application/cloudevents+json", os.Getenv("FARTHING_KEY"), event, &told)
		if err == nil && status == http.StatusOK {
			return nil
		}
		if again := err != nil || status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable; !again || wait > 20*time.Second {
			return fmt.Errorf("not booked: %d %v %v", status, told, err)
		}
		time.Sleep(wait)
	}
}

func caption(product, model string) (string, error) {
	body, err := json.Marshal(map[string]any{"model": model, "messages": []map[string]string{{"role": "user", "content": "Describe for a catalogue: " + product}}})
	if err != nil {
		return "", err
	}
	var got answer
	status, err := post(os.Getenv("OPENAI_URL")+"/v1/chat/completions", "application/json", os.Getenv("OPENAI_KEY"), body, &got)
	if err != nil || status != http.StatusOK || len(got.Choices) == 0 {
		return "", fmt.Errorf("no caption for %q: %d %v", product, status, err)
	}
	cached := got.Usage.PromptTokensDetails.CachedTokens
	err = book(map[string]any{
		"run": "captions", "render": product, "stage": "caption", "resource": "llm/openai/" + model,
		"meters": map[string]int64{"input-tokens": got.Usage.PromptTokens - cached, "cached-input-tokens": cached, "output-tokens": got.Usage.CompletionTokens},
	})
	return got.Choices[0].Message.Content, err
}

func main() {
	for _, product := range os.Args[1:] {
		text, err := caption(product, "gpt-4o-mini")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(product + ": " + text)
	}
}
