'use strict';
(() => {
  const root = document.documentElement;
  const button = document.getElementById('language');
  const speak = language => { root.lang = language; };
  speak(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
  button.hidden = false;
  button.addEventListener('click', () => speak(root.lang === 'zh' ? 'en' : 'zh'));
  const opened = [];
  addEventListener('beforeprint', () => document.querySelectorAll('details:not([open])').forEach(each => { each.open = true; opened.push(each); }));
  addEventListener('afterprint', () => opened.splice(0).forEach(each => { each.open = false; }));

  const holder = document.getElementById('data');
  if (!holder) return;
  const data = JSON.parse(holder.textContent);
  const places = data.places;
  const reading = document.getElementById('reading');
  // a place: step, mean of both sides, gap in percent, smallest and largest of both sides
  const [STEP, REFERENCE, CANDIDATE, GAP, LOW, HIGH, LOW2, HIGH2] = [0, 1, 2, 3, 4, 5, 6, 7];
  const number = value => typeof value === 'number';
  const element = (name, attributes, parent) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    parent.append(made);
    return made;
  };

  for (const [size, frame] of [['wide', data.wide], ['narrow', data.narrow]]) {
    const svg = document.querySelector('svg.chart.' + size);
    const [left, top, width] = frame.areas[0];
    const bottom = frame.areas.at(-1)[1] + frame.areas.at(-1)[3];
    const full = [frame.from, frame.to];
    let view = full;
    let logarithmic = false;
    let at = -1;
    let start = null;
    const cursor = element('line', {class: 'cursor', y1: top, y2: bottom, visibility: 'hidden'}, svg);
    const drag = element('rect', {class: 'drag', y: top, height: bottom - top, visibility: 'hidden'}, svg);
    const zoom = element('g', {class: 'zoom'}, svg);
    const x = step => left + width * (step - view[0]) / (view[1] - view[0]);
    const step = px => view[0] + (view[1] - view[0]) * (px - left) / width;
    const mouse = event => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return Math.min(Math.max(point.x, left), left + width);
    };
    const nearest = wanted => {
      let low = 0;
      let high = places.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (places[middle][STEP] <= wanted) low = middle; else high = middle;
      }
      return wanted - places[low][STEP] <= places[high][STEP] - wanted ? low : high;
    };
    const show = index => {
      at = Math.min(Math.max(index, 0), places.length - 1);
      const place = places[at];
      const px = x(place[STEP]);
      if (px < left || px > left + width) { cursor.setAttribute('visibility', 'hidden'); return; }
      cursor.setAttribute('x1', px);
      cursor.setAttribute('x2', px);
      cursor.setAttribute('visibility', 'visible');
      const words = root.lang === 'zh' ? ['步', '参考', '候选', '差异'] : ['step', 'reference', 'candidate', 'difference'];
      reading.textContent = `${words[0]} ${place[STEP]}\n${words[1]} ${place[REFERENCE]} [${place[LOW]}, ${place[HIGH]}]\n`
        + `${words[2]} ${place[CANDIDATE]} [${place[LOW2]}, ${place[HIGH2]}]\n${words[3]} ${place[GAP]} %`;
    };

    const plot = (area, some, columns, bands, log) => {
      const [ax, ay, aw, ah] = area;
      const value = log ? Math.log10 : (v => v);
      const usable = v => number(v) && (!log || v > 0);
      const all = some.flatMap(place => [...columns.map(([column]) => column), ...bands.flatMap(([from, to]) => [from, to])].map(column => place[column])).filter(usable).map(value);
      let low = Math.min(...all);
      let high = Math.max(...all);
      if (!(high > low)) { low -= 1; high += 1; }
      const pad = (high - low) * 0.05;
      low -= pad;
      high += pad;
      const y = v => ay + ah * (high - value(v)) / (high - low);
      const point = (place, column) => `${x(place[STEP]).toFixed(1)} ${y(place[column]).toFixed(1)}`;
      for (let tick = 0; tick <= 4; tick++) {
        const level = low + (high - low) * tick / 4;
        const ty = ay + ah * (1 - tick / 4);
        element('line', {x1: ax, x2: ax + aw, y1: ty, y2: ty, stroke: 'var(--grid)'}, zoom);
        element('text', {x: ax - 4, y: ty + 4, 'text-anchor': 'end'}, zoom).textContent = Number((log ? 10 ** level : level).toPrecision(3));
      }
      for (const [from, to, color] of bands) {
        const whole = some.filter(place => usable(place[from]) && usable(place[to]));
        if (whole.length === 0) continue;
        const path = 'M' + whole.map(place => point(place, from)).join('L') + 'L' + whole.slice().reverse().map(place => point(place, to)).join('L') + 'z';
        element('path', {class: 'band', d: path, style: `fill:var(--${color})`}, zoom);
      }
      for (const [column, color] of columns) {
        let path = '';
        let pen = 'M';
        for (const place of some) {
          if (usable(place[column])) { path += pen + point(place, column); pen = 'L'; } else pen = 'M';
        }
        element('path', {d: path, style: `stroke:var(--${color})`}, zoom);
      }
    };
    const draw = () => {
      zoom.replaceChildren();
      const plain = view === full && !logarithmic;
      svg.classList.toggle('zoomed', !plain);
      if (!plain) {
        // with a neighbour on each side, so that lines reach the edges
        const first = Math.max(places.findIndex(place => place[STEP] >= view[0]) - 1, 0);
        const last = places.findLastIndex(place => place[STEP] <= view[1]) + 1;
        const some = places.slice(first, last + 1);
        const clip = size + '-clip';
        const box = element('clipPath', {id: clip}, zoom);
        element('rect', {x: 0, y: 0, width: left + width, height: bottom + 30}, box);
        zoom.setAttribute('clip-path', `url(#${clip})`);
        plot(frame.areas[0], some, [[REFERENCE, 'reference'], [CANDIDATE, 'candidate']], [[LOW, HIGH, 'reference'], [LOW2, HIGH2, 'candidate']], logarithmic);
        plot(frame.areas[1], some, [[GAP, 'difference']], [], false);
        for (let tick = 0; tick <= 4; tick++) {
          const value = view[0] + (view[1] - view[0]) * tick / 4;
          const anchor = tick === 0 ? 'start' : tick === 4 ? 'end' : 'middle';
          element('text', {x: x(value), y: frame.areas[1][1] + frame.areas[1][3] + 16, 'text-anchor': anchor}, zoom).textContent = Math.round(value);
        }
      }
      if (at >= 0) show(at);
    };
    const look = (from, to) => {
      const least = 4 * (full[1] - full[0]) / Math.max(places.length, 8);
      const middle = (from + to) / 2;
      const half = Math.max((to - from) / 2, least / 2);
      view = [Math.max(middle - half, full[0]), Math.min(middle + half, full[1])];
      if (view[0] <= full[0] && view[1] >= full[1]) view = full;
      draw();
    };

    svg.addEventListener('pointermove', event => {
      const px = mouse(event);
      show(nearest(step(px)));
      if (start !== null) {
        drag.setAttribute('x', Math.min(start, px));
        drag.setAttribute('width', Math.abs(px - start));
        drag.setAttribute('visibility', 'visible');
      }
    });
    svg.addEventListener('pointerdown', event => { if (event.pointerType === 'mouse') start = mouse(event); });
    addEventListener('pointerup', event => {
      if (start === null) return;
      const end = mouse(event);
      const begin = start;
      start = null;
      drag.setAttribute('visibility', 'hidden');
      if (Math.abs(end - begin) > 5) look(step(Math.min(begin, end)), step(Math.max(begin, end)));
    });
    svg.addEventListener('dblclick', () => look(full[0], full[1]));
    svg.addEventListener('keydown', event => {
      const middle = at < 0 ? (view[0] + view[1]) / 2 : places[at][STEP];
      const span = view[1] - view[0];
      const leap = Math.max(1, Math.round(places.length / 20));
      const keys = {
        ArrowLeft: () => show(at < 0 ? nearest(middle) : at - (event.shiftKey ? leap : 1)),
        ArrowRight: () => show(at < 0 ? nearest(middle) : at + (event.shiftKey ? leap : 1)),
        Home: () => show(0),
        End: () => show(places.length - 1),
        '+': () => look(middle - span / 4, middle + span / 4),
        '=': () => look(middle - span / 4, middle + span / 4),
        '-': () => look(middle - span, middle + span),
        0: () => look(full[0], full[1]),
        l: () => { logarithmic = !logarithmic; draw(); },
      };
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act && !event.ctrlKey && !event.metaKey && !event.altKey) { act(); event.preventDefault(); }
    });
  }
})();
