package handout_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"minyi/survey/handout"
	"minyi/survey/invite"
)

const site = "minyi.example.cn/q/"

// words are what a survey says, of usual length.
func words(languages int) []handout.Words {
	return []handout.Words{
		{
			Lang: "zh-CN", Title: "银川市政府及其部门法治政府建设情况居民满意度调查", Call: "请您对银川市政府及其部门依法办事的情况谈谈看法",
			Sender: "自治区社情民意调查中心", To: "本户居民　收", Greeting: "尊敬的居民朋友：", Scan: "微信扫一扫，开始作答", Type: "也可以在浏览器地址栏输入：",
			Body: []string{
				"这项调查了解居民对法治政府建设的看法。贵户是随机抽中的。",
				"请家中一位年满18周岁、在本地居住的成员扫描下面的二维码作答，大约需要5分钟。",
				"调查不问姓名、证件号码和电话，是否参加由您自愿决定。每个二维码只能使用一次，请在2020年10月25日前作答。",
			},
			Phone: "核实电话：0951-0000000", Signed: []string{"自治区党委依法治区办", "自治区社情民意调查中心"},
		},
		{
			Lang: "en", Title: "Resident survey on law-based government: Yinchuan", Call: "Tell us how the government acts by law",
			Sender: "Survey centre", To: "To the household", Greeting: "Dear resident,", Scan: "Scan to begin", Type: "Or type into a browser:",
			Body:  []string{"Your household was drawn at random.", "One adult who lives here is asked to scan the code; it takes about 5 minutes."},
			Phone: "To check that this is genuine: 0951-0000000", Signed: []string{"Office for law-based governance", "Survey centre"},
		},
	}[:languages]
}

// items are links as the service makes them.
func items(t testing.TB) func(i int) handout.Item {
	t.Helper()
	s, err := invite.NewSigner([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return func(i int) handout.Item {
		token := s.Format(invite.Token{Survey: 1, Serial: uint32(i + 1)})
		return handout.Item{
			Link: invite.Link("https://minyi.example.cn", token), Code: invite.Spaced(token),
			Place: "政务服务大厅", Note: fmt.Sprintf("城镇 · 640104001 · %d", i+1),
		}
	}
}

func order(t testing.TB, kind handout.Kind, format string, count int) handout.Order {
	t.Helper()
	return handout.Order{Kind: kind, Format: format, Words: words(1), Site: site, Count: count, Item: items(t)}
}

// file makes an order's file.
func file(t testing.TB, o handout.Order) []byte {
	t.Helper()
	j, err := handout.New(o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := j.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// format is one of the sheets that can be chosen.
type format struct {
	kind handout.Kind
	name string
}

func (f format) String() string { return string(f.kind) + " " + f.name }

func formats() []format {
	var out []format
	for _, k := range []handout.Kind{handout.Posters, handout.Letters, handout.Labels} {
		for _, name := range handout.Formats(k) {
			out = append(out, format{k, name})
		}
	}
	return out
}
