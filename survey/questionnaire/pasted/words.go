package pasted

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numbered reads the number that a question begins with: 1. 1、 1． 1) Q1. 第1题
// sign is what stands behind it.
func numbered(line string) (n int, sign rune, rest string, ok bool) {
	rest = strings.TrimPrefix(strings.TrimPrefix(line, "Q"), "第")
	rest = strings.TrimLeft(rest, " *＊")
	digits := 0
	for _, c := range rest {
		d := digit(c)
		if d < 0 || digits > 3 {
			break
		}
		n = 10*n + d
		digits += utf8.RuneLen(c)
	}
	if digits == 0 || n == 0 {
		return 0, 0, "", false
	}
	rest = strings.TrimPrefix(rest[digits:], "题")
	sign, size := utf8.DecodeRuneInString(rest)
	if !strings.ContainsRune(".、．:：)）。,，", sign) && !strings.HasPrefix(line, "第") {
		return 0, 0, "", false
	}
	if sign == '.' && len(rest) > 1 && digit(rune(rest[1])) >= 0 {
		return 0, 0, "", false // 3.5 is a number
	}
	return n, sign, strings.TrimSpace(strings.TrimLeft(rest[size:], "*＊ ")), true
}

func digit(c rune) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= '０' && c <= '９':
		return int(c - '０')
	}
	return -1
}

// marked takes the marks from a question's words: its type in brackets, and
// whether it must be answered.
func marked(s string) (text, mark string, required bool) {
	text = s
	for {
		open := lastOpen(text)
		if open < 0 {
			break
		}
		required = required || strings.HasSuffix(text, "*") || strings.HasSuffix(text, "＊")
		word := strings.Trim(text[open:], "[]【】()（）［］〔〕 *＊")
		switch {
		case slices.Contains([]string{"必答", "必填"}, word):
			required = true
		case slices.Contains([]string{"选答", "选填", "可不填"}, word):
		case known(word):
			mark = word
		default:
			return strings.TrimSpace(text), mark, required
		}
		text = strings.TrimSpace(text[:open])
	}
	stars := strings.TrimRight(text, "*＊ ")
	if stars != text {
		text, required = stars, true
	}
	return strings.TrimSpace(text), mark, required
}

// lastOpen returns where the bracket that ends the text begins; -1 where it ends
// with none.
func lastOpen(s string) int {
	end := strings.TrimRight(s, " *＊")
	c, size := utf8.DecodeLastRuneInString(end)
	pairs := map[rune]string{']': "[", '】': "【", ')': "(", '）': "（", '］': "［", '〕': "〔"}
	opens, ok := pairs[c]
	if !ok {
		return -1
	}
	return strings.LastIndex(end[:len(end)-size], opens)
}

// known reports whether a word in brackets says what type a question has.
func known(word string) bool {
	if strings.HasSuffix(word, "题") && utf8.RuneCountInString(word) <= 12 {
		return true
	}
	switch word {
	case "单选", "多选", "填空", "量表", "排序", "矩阵", "矩阵单选", "矩阵量表", "打分", "评分", "数字", "日期", "判断", "下拉", "问答", "简答":
		return true
	}
	return false
}

// lettered splits a line into the options after A. B. C.; none where it has no
// letters. The letters must come in their order.
func lettered(line string) []string {
	var out []string
	start, want := -1, 'A'
	runes := []rune(line)
	for i, c := range runes {
		if unicode.ToUpper(wide(c)) != want || !opens(runes, i) {
			continue
		}
		if start < 0 && i > 0 {
			return nil
		}
		if start >= 0 {
			out = append(out, strings.TrimSpace(string(runes[start:i])))
		}
		start, want = i+2, want+1
	}
	if start < 0 {
		return letter(line)
	}
	return append(out, strings.TrimSpace(string(runes[start:])))
}

// opens reports whether the letter at i begins an option: a sign follows it, and it
// is not the end of a word.
func opens(runes []rune, i int) bool {
	if i+1 >= len(runes) || !strings.ContainsRune(".、．:：)）", runes[i+1]) {
		return false
	}
	return i == 0 || unicode.Is(unicode.Han, runes[i-1]) || strings.ContainsRune(" ;；,，。_", runes[i-1])
}

// letter takes one option behind any letter, as B. on a line of its own.
func letter(line string) []string {
	runes := []rune(line)
	const head = 2
	if len(runes) <= head || !strings.ContainsRune(".、．:：)）", runes[1]) {
		return nil
	}
	if c := unicode.ToUpper(wide(runes[0])); c < 'A' || c > 'Z' {
		return nil
	}
	return []string{strings.TrimSpace(string(runes[head:]))}
}

// wide makes a letter of double width a plain one.
func wide(c rune) rune {
	const shift = 'Ａ' - 'A'
	if c >= 'Ａ' && c <= 'ｚ' {
		return c - shift
	}
	return c
}

// bullets are the signs that a box to be ticked is printed as.
const bullets = "○●□■◯◎☐√"

// ticked splits a line into the options behind its boxes, as in ○是 ○否; none
// where it has not two of them.
func ticked(line string) []string {
	if first, _ := utf8.DecodeRuneInString(line); !strings.ContainsRune(bullets, first) {
		return nil
	}
	var out []string
	for _, one := range strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(bullets, c) }) {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// bulletless takes what stands before an option: ○ □ (1) ① 1)
func bulletless(line string) string {
	line = strings.TrimSpace(strings.TrimLeft(line, bullets+"·•-—– "))
	if c, size := utf8.DecodeRuneInString(line); c >= '①' && c <= '⑳' {
		return strings.TrimSpace(line[size:])
	}
	for _, pair := range []string{"()", "（）"} {
		opens, shuts := string([]rune(pair)[0]), string([]rune(pair)[1])
		if inner, rest, ok := strings.Cut(strings.TrimPrefix(line, opens), shuts); ok && strings.HasPrefix(line, opens) {
			if _, err := strconv.Atoi(inner); err == nil && strings.TrimSpace(rest) != "" {
				return strings.TrimSpace(rest)
			}
		}
	}
	if _, _, rest, ok := numbered(line); ok && rest != "" {
		return rest
	}
	return line
}

// jumps takes （跳至第5题） from an option; to is 0 where it does not jump.
func jumps(text string) (rest string, to int) {
	open := lastOpen(text)
	if open < 0 || !strings.Contains(text[open:], "跳") {
		return text, 0
	}
	for _, c := range text[open:] {
		if d := digit(c); d >= 0 {
			to = 10*to + d
		}
	}
	return strings.TrimSpace(text[:open]), to
}

// heading tells a heading such as 一、基本情况 or 第二部分.
func heading(line string) bool {
	runes := []rune(line)
	const number = "一二三四五六七八九十"
	if len(runes) < 2 {
		return false
	}
	return strings.ContainsRune(number, runes[0]) && strings.ContainsRune("、．.", runes[1]) ||
		runes[0] == '第' && strings.ContainsRune(number, runes[1]) && strings.Contains(line, "部分")
}

// free returns the id of the question with a number, or the next that is free.
func (r *reader) free(n int) string {
	taken := map[string]bool{}
	for _, it := range r.out.Items {
		taken[it.ID] = true
		for _, row := range it.Rows {
			taken[row.ID] = true
		}
	}
	for {
		if id := fmt.Sprintf("q%02d", n); !taken[id] {
			return id
		}
		n++
	}
}
