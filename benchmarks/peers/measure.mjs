// Times an engine over the shared cameras and sends the figures home.
// An engine gives load(), look(eye, target, turnDeg) and draw(), which returns once the picture is finished.

export async function json(path) {
  const answer = await fetch(path);
  return answer.json();
}

async function mark(name) {
  await fetch(`/mark/${name}`, { method: "POST" });
}

export function finish(gl) {
  const pixel = new Uint8Array(4);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
}

export function renderer(gl) {
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}

async function timed(engine, view, plan) {
  const times = [];
  await engine.settle(view.eye, view.target);
  engine.draw(); // whatever the engine drew while it was loading is finished with this picture
  await mark(`${view.name}-begin`);
  for (let frame = 0; frame < plan.frames; frame += 1) {
    const begin = performance.now();
    engine.look(view.eye, view.target, frame * plan.turn_deg);
    engine.draw();
    times.push(performance.now() - begin);
  }
  await mark(`${view.name}-end`);
  return times;
}

export async function measure(engine) {
  try {
    const plan = await json("/plan.json");
    const begin = performance.now();
    await engine.load(plan);
    const loaded = performance.now();
    await engine.settle(plan.views[0].eye, plan.views[0].target);
    engine.draw();
    const first = performance.now();
    const times = {};
    const pictures = {};
    for (const view of plan.views) {
      times[view.name] = await timed(engine, view, plan);
      engine.draw();
      pictures[view.name] = engine.canvas().toDataURL("image/png");
    }
    await fetch("/result", {
      method: "POST",
      body: JSON.stringify({ load_ms: loaded - begin, first_ms: first - loaded, times, pictures, renderer: engine.renderer() }),
    });
  } catch (error) {
    await fetch("/result", { method: "POST", body: JSON.stringify({ error: String(error && error.stack) }) });
  }
}

// The eye turned about the target's vertical axis, so that no frame is like the last one.
export function turned(eye, target, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [x, y] = [eye[0] - target[0], eye[1] - target[1]];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [target[0] + x * c - y * s, target[1] + x * s + y * c, eye[2]];
}

// A point in metres about the middle of the city as longitude, latitude and height.
export function onEarth(plan, [x, y, z]) {
  const [longitude, latitude] = plan.degrees.map(([east, north], axis) => plan.lonlat[axis] + east * x + north * y);
  return [longitude, latitude, z];
}

// Where a camera looks: compass bearing from true north and degrees below the horizon.
export function sight(plan, from, target) {
  const [x, y, z] = [target[0] - from[0], target[1] - from[1], target[2] - from[2]];
  const distance = Math.hypot(x, y, z);
  return {
    distance,
    bearing: (Math.atan2(x, y) * 180) / Math.PI + plan.north_deg,
    down: (-Math.asin(z / distance) * 180) / Math.PI,
  };
}
