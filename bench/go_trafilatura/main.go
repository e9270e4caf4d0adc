// Command go_trafilatura runs go-trafilatura over rows: JSON lines with "html" and "url" in, answers out, in order.
// With the flag -fallback it also asks the fallbacks that trafilatura knows.
package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/markusmobius/go-trafilatura"
)

type row struct {
	HTML string `json:"html"`
	URL  string `json:"url"`
}

type answer struct {
	Title       string   `json:"title"`
	Text        string   `json:"text"`
	Authors     []string `json:"authors"`
	PublishedAt string   `json:"published_at,omitempty"`
}

func main() {
	fallback := len(os.Args) > 1 && os.Args[1] == "-fallback"
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			out.Encode(extract(line, fallback))
		}
		if err != nil {
			return
		}
	}
}

func extract(line []byte, fallback bool) answer {
	var asked row
	if json.Unmarshal(line, &asked) != nil {
		return answer{}
	}
	address, _ := url.Parse(asked.URL)
	found, err := trafilatura.Extract(strings.NewReader(asked.HTML), trafilatura.Options{
		OriginalURL: address, EnableFallback: fallback, ExcludeComments: true,
	})
	if err != nil || found == nil {
		return answer{}
	}
	told := answer{Title: found.Metadata.Title, Text: found.ContentText}
	for _, name := range strings.Split(found.Metadata.Author, ";") {
		if name = strings.TrimSpace(name); name != "" {
			told.Authors = append(told.Authors, name)
		}
	}
	if !found.Metadata.Date.IsZero() {
		told.PublishedAt = found.Metadata.Date.Format(time.DateOnly)
	}
	return told
}
