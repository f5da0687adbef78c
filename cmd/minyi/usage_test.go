package main

import (
	"bytes"
	"strings"
	"testing"

	"minyi/cmd/internal/speech"
	"minyi/web/view"
)

func TestWrongUseIsStatusTwoInTheOperatorsLanguage(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args, want string
		status     int
	}{
		{"nonsense", "没有“nonsense”这条命令", exitUsage},
		{"config nonsense", "“minyi config”没有“nonsense”", exitUsage},
		{"completion csh", "没有“csh”这条命令", exitUsage},
		{"help nonsense", "没有“nonsense”这条命令", exitUsage},
		{"verify", "要做哪一项", exitUsage},
		{"account", "要做哪一项", exitUsage},
		{"migrate", "要做哪一项", exitUsage},
		{"version --nonsense", "没有“--nonsense”这个选项", exitUsage},
		{"version --lang fr", "zh-CN 或 en", exitUsage},
		{"backup", "需要 1 个参数，收到 0 个", exitUsage},
		{"account add somebody", "“role”", exitUsage},
		{"demo --residents many", "“many”不能用作", exitUsage},
		{"serve --listen nowhere --data " + t.TempDir(), "“--listen”", exitUsage},
		{"doctor --data " + t.TempDir(), "不是 minyi 的数据目录", exitNo},
		{"help demo", "用法：", 0},
		{"verify --help", "可用命令：", 0},
		{"version --lang zh-CN", "minyi", 0},
	} {
		root, said := rootCommand(), &bytes.Buffer{}
		args := strings.Fields(c.args)
		speech.Fill(root, texts, speech.Lang(speech.Chosen(args)))
		root.SetOut(said)
		root.SetErr(said)
		root.SetArgs(args)
		if status := run(t.Context(), root); status != c.status || !strings.Contains(said.String(), c.want) {
			t.Errorf("minyi %s: got %d, want %d with %s\n%s", c.args, status, c.status, c.want, said)
		}
	}
}
