(function () {
  'use strict';
  // Puts a live chart in place of each drawn picture. The page is whole without it:
  // the picture, its table and its file are there. Under the page's policy no style
  // attribute may be written; setting the same through the style object may be.
  var lib = window.echarts;
  if (!lib) { return; }
  var set = SVGElement.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function (name, value) {
    if (name === 'style') { this.style.cssText = value; } else { set.call(this, name, value); }
  };
  var scale = ['#8c2d04', '#d9742b', '#b8b8b8', '#5a8fc0', '#08407c'];
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  var still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }
  function theme() {
    return { ink: colour('ink'), soft: colour('soft'), line: colour('line'), paper: colour('paper'), bad: colour('bad'),
      main: dark.matches ? '#8fc1f2' : '#1f5a94', faint: dark.matches ? '#47688a' : '#9dbbd8' };
  }
  function written(v, percent) { return percent ? Math.round(v * 1000) / 10 + '%' : String(Math.round(v * 100) / 100); }
  function has(row) { return !row.hidden && row.at && row.at[0] !== null && row.at[0] !== undefined; }
  function told(row) { return row.label + ': ' + (row.hidden || row.value || '—'); }
  function tone(k, n) { return scale[n < 2 ? 4 : Math.round(k * 4 / (n - 1))]; }

  function text(t, more) { return Object.assign({ color: t.ink, fontSize: 13, fontFamily: "system-ui, 'Noto Sans SC', 'Microsoft YaHei', sans-serif" }, more || {}); }
  function valueAxis(a, t, more) {
    return Object.assign({ type: 'value', min: a.from, max: a.to, name: a.name, nameLocation: 'middle', nameGap: 28, nameTextStyle: text(t, { color: t.soft, fontSize: 12 }),
      axisLabel: text(t, { color: t.soft, fontSize: 12, formatter: function (v) { return written(v, a.percent); } }),
      splitLine: { lineStyle: { color: t.line } } }, more || {});
  }
  function rowAxis(spec, t, width) {
    return { type: 'category', inverse: true, data: spec.rows.map(function (r) { return r.label; }), axisTick: { show: false }, axisLine: { lineStyle: { color: t.line } },
      axisLabel: text(t, { width: labelWidth(width), overflow: 'break', interval: 0, lineHeight: 16, align: 'right' }) };
  }
  function common(spec, t, width) {
    return {
      animation: !still, backgroundColor: t.paper, aria: { enabled: false }, textStyle: text(t),
      title: { text: spec.title, left: 0, top: 0, textStyle: text(t, { fontSize: 15, fontWeight: 600, width: width - 8, overflow: 'break' }) },
      tooltip: { trigger: 'item', renderMode: 'richText', confine: true, backgroundColor: t.paper, borderColor: t.soft, textStyle: text(t),
        formatter: function (p) { var r = spec.rows[p.dataIndex]; return r ? lines(told(r), Math.max(24, width / 18)) : ''; } }
    };
  }
  // lines breaks a text for the bubble, which does not break it itself.
  function lines(words, most) {
    var out = '', wide = 0;
    Array.from(words).forEach(function (c) {
      wide += c.charCodeAt(0) > 0x2e80 ? 2 : 1;
      if (wide > most * 1.6) { out += '\n'; wide = 0; }
      out += c;
    });
    return out;
  }
  function mark(target, words, t) {
    return { silent: true, symbol: 'none', lineStyle: { type: 'dashed', color: t.bad, width: 1.5 }, label: text(t, { color: t.bad, formatter: words || '' }), data: [{ xAxis: target }] };
  }
  // span draws a line from one value to another with its ends.
  function span(low, high, style, end) {
    return function (params, api) {
      var row = api.value(0), a = api.coord([api.value(low), row]), b = api.coord([api.value(high), row]);
      if (isNaN(a[0]) || isNaN(b[0])) { return null; }
      var list = [{ type: 'line', shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: style }];
      if (end) {
        [a, b].forEach(function (p) { list.push({ type: 'line', shape: { x1: p[0], y1: p[1] - end, x2: p[0], y2: p[1] + end }, style: style }); });
      }
      return { type: 'group', children: list };
    };
  }
  function values(spec) {
    return spec.rows.map(function (r, k) { return has(r) ? [k].concat(r.at.map(function (v) { return v === null ? NaN : v; })) : [k, NaN, NaN, NaN, NaN, NaN]; });
  }
  function hiddenWords(spec, t) {
    return { type: 'scatter', silent: true, symbolSize: 0, data: spec.rows.map(function (r, k) {
      return { value: [spec.axis.from, k], label: text(t, { show: !has(r), formatter: r.hidden || '—', position: 'right', color: t.soft }) };
    }) };
  }
  var draw = {
    intervals: function (spec, t, width) {
      var o = common(spec, t, width), all = values(spec);
      o.grid = { left: 8, right: 24, top: 44, bottom: spec.axis.name ? 40 : 16, containLabel: true };
      o.yAxis = rowAxis(spec, t, width);
      o.xAxis = valueAxis(spec.axis, t);
      o.series = [
        { type: 'custom', silent: true, z: 2, data: all, renderItem: span(2, 3, { stroke: t.main, lineWidth: 2 }, 5), encode: { x: [2, 3], y: 0 } },
        { type: 'scatter', z: 3, symbolSize: 11, itemStyle: { color: t.main }, data: all.map(function (v) { return [v[1], v[0]]; }) },
        hiddenWords(spec, t)
      ];
      if (spec.axis.target !== undefined) { o.series[1].markLine = mark(spec.axis.target, spec.axis.targetText, t); }
      return o;
    },
    ranks: function (spec, t, width) {
      var o = draw.intervals(spec, t, width), all = values(spec);
      o.xAxis.minInterval = 1;
      o.series[0].renderItem = span(2, 3, { stroke: t.main, lineWidth: 2 }, 6);
      o.series.unshift({ type: 'custom', silent: true, z: 1, data: all, renderItem: span(4, 5, { stroke: t.faint, lineWidth: 8, lineCap: 'round' }, 0), encode: { x: [4, 5], y: 0 } });
      return o;
    },
    stacked: function (spec, t, width) {
      var o = common(spec, t, width);
      o.grid = { left: 8, right: 24, top: 44, bottom: 56, containLabel: true };
      o.legend = { bottom: 0, left: 0, itemWidth: 14, textStyle: text(t, { fontSize: 12 }) };
      o.yAxis = rowAxis(spec, t, width);
      o.xAxis = valueAxis(spec.axis, t);
      o.tooltip.formatter = function (p) { var r = spec.rows[p.dataIndex]; return lines(r.label + '\n' + p.seriesName + ': ' + written(p.value, true), width / 18); };
      o.series = spec.names.map(function (name, k) {
        var c = tone(k, spec.names.length), onDark = c === scale[0] || c === scale[4];
        return { type: 'bar', name: name, stack: 'all', barMaxWidth: 26, itemStyle: { color: c, borderColor: t.paper, borderWidth: 1 },
          label: { show: true, color: onDark ? '#fff' : '#000', fontSize: 12, formatter: function (p) { return p.value >= 0.06 ? Math.round(p.value * 100) + '%' : ''; } },
          data: spec.rows.map(function (r) { return has(r) ? r.at[k] : null; }) };
      });
      o.series.push(hiddenWords(spec, t));
      return o;
    },
    quadrants: function (spec, t, width) {
      var o = common(spec, t, width), high = spec.y;
      o.grid = { left: 12, right: 24, top: 64, bottom: 40, containLabel: true };
      o.xAxis = valueAxis(spec.axis, t);
      o.yAxis = valueAxis(high, t, { nameLocation: 'end', nameGap: 10, nameTextStyle: text(t, { color: t.soft, fontSize: 12, align: 'left' }) });
      function cross(p, api) {
        var at = api.coord([api.value(0), api.value(1)]), style = { stroke: t.faint, lineWidth: 1 };
        var a = api.coord([api.value(2), api.value(4)]), b = api.coord([api.value(3), api.value(5)]);
        if ([a[0], a[1], b[0], b[1]].some(isNaN)) { return null; }
        return { type: 'group', children: [
          { type: 'line', shape: { x1: a[0], y1: at[1], x2: b[0], y2: at[1] }, style: style }, { type: 'line', shape: { x1: at[0], y1: a[1], x2: at[0], y2: b[1] }, style: style }] };
      }
      function corner(k) {
        return { value: [k % 2 ? spec.axis.to : spec.axis.from, k < 2 ? high.to : high.from], label: text(t, { show: true, formatter: spec.corners[k], color: t.soft,
          position: k % 2 ? 'left' : 'right', offset: [0, k < 2 ? 12 : -12] }) };
      }
      o.series = [
        { type: 'custom', silent: true, clip: true, data: spec.rows.map(function (r) { return r.at.map(function (v) { return v === null ? NaN : v; }); }), renderItem: cross },
        { type: 'scatter', symbolSize: 11, itemStyle: { color: t.main }, data: spec.rows.map(function (r, k) { return { value: [r.at[0], r.at[1]], name: String(k + 1) }; }),
          label: text(t, { show: true, position: 'right', formatter: '{b}', fontSize: 12 }),
          markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { type: 'dashed', color: t.soft }, data: [{ xAxis: spec.cuts[0] }, { yAxis: spec.cuts[1] }] } },
        { type: 'scatter', silent: true, symbolSize: 0, data: [0, 1, 2, 3].map(corner) }
      ];
      o.tooltip.formatter = function (p) { var r = spec.rows[p.dataIndex]; return lines((p.dataIndex + 1) + ' ' + r.label + '\n' + written(r.at[0], false) + ' / ' + written(r.at[1], true), width / 18); };
      return o;
    }
  };

  // labelWidth is the room of the names, rowHeight what the longest of them takes.
  function labelWidth(width) { return Math.min(340, width * 0.44); }
  function rowHeight(spec, width) {
    var most = 1, room = labelWidth(width);
    spec.rows.forEach(function (r) {
      var wide = 0;
      Array.from(r.label).forEach(function (c) { wide += c.charCodeAt(0) > 0x2e80 ? 13.5 : 7.2; });
      most = Math.max(most, Math.ceil(wide / room + 0.1));
    });
    return Math.max(38, 16 * most + 14);
  }
  function height(spec, width) {
    if (spec.kind === 'quadrants') { return Math.max(360, Math.min(560, width * 0.62)); }
    return 110 + rowHeight(spec, width) * spec.rows.length;
  }
  function png(chart, name) {
    var picture = new Image(), twice = 2;
    picture.onload = function () {
      var c = document.createElement('canvas');
      c.width = chart.getWidth() * twice; c.height = chart.getHeight() * twice;
      c.getContext('2d').drawImage(picture, 0, 0, c.width, c.height);
      c.toBlob(function (blob) {
        var a = document.createElement('a');
        a.href = URL.createObjectURL(blob); a.download = name + '.png';
        document.body.appendChild(a); a.click(); a.remove();
        setTimeout(function () { URL.revokeObjectURL(a.href); }, 60000);
      }, 'image/png');
    };
    picture.src = chart.getDataURL({ type: 'svg' });
  }
  function keys(plot, chart, spec, figure) {
    var at = -1, live = document.createElement('p');
    live.className = 'visually-hidden'; live.setAttribute('role', 'status');
    figure.appendChild(live);
    plot.tabIndex = 0;
    plot.setAttribute('role', 'group');
    plot.setAttribute('aria-label', spec.title + '. ' + figure.dataset.summary + ' ' + figure.dataset.keys);
    plot.addEventListener('keydown', function (e) {
      var step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
      if (!step) { return; }
      e.preventDefault();
      at = (at + step + spec.rows.length) % spec.rows.length;
      var series = { intervals: 1, ranks: 2, stacked: 0, quadrants: 1 }[spec.kind];
      chart.dispatchAction({ type: 'hideTip' });
      chart.dispatchAction({ type: 'showTip', seriesIndex: series, dataIndex: at });
      live.textContent = told(spec.rows[at]);
    });
  }
  function start(figure) {
    var spec = JSON.parse(figure.dataset.spec), plot = figure.querySelector('.plot'), drawn = plot.innerHTML;
    plot.textContent = '';
    plot.classList.add('live');
    var chart;
    function fresh() {
      var width = plot.clientWidth;
      plot.style.height = height(spec, width) + 'px';
      if (chart) { chart.resize({ silent: true }); }
      chart = chart || lib.init(plot, null, { renderer: 'svg' });
      chart.setOption(draw[spec.kind](spec, theme(), width), true);
    }
    try { fresh(); } catch (e) { plot.classList.remove('live'); plot.style.height = ''; plot.innerHTML = drawn; return; }
    keys(plot, chart, spec, figure);
    var b = document.createElement('button');
    b.type = 'button'; b.className = 'quiet'; b.textContent = figure.dataset.png;
    b.addEventListener('click', function () { png(chart, figure.dataset.file); });
    figure.querySelector('.tools').appendChild(b);
    figure.dataset.live = 'yes';
    var last = plot.clientWidth;
    new ResizeObserver(function () { if (plot.clientWidth !== last) { last = plot.clientWidth; fresh(); } }).observe(plot);
    dark.addEventListener('change', fresh);
  }
  document.querySelectorAll('figure.chart').forEach(start);
})();
