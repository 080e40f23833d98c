/// <reference lib="dom" />

/** Less than so many pixels is a tap. */
const TAP = 10;

/** Whether a finger points, and not something that can point without touching. */
export function isFinger({ pointerType }: PointerEvent): boolean {
  return pointerType === 'touch';
}

let wasFinger = false;

/** Whether what pointed last was a finger: browsers tell of it as of a mouse, too, a little later. */
export function lastWasFinger(): boolean {
  return wasFinger;
}

for (const type of ['pointerdown', 'pointermove'] as const) {
  document.addEventListener(
    type,
    (event) => {
      wasFinger = isFinger(event);
    },
    { capture: true, passive: true },
  );
}

/** Calls back where a finger points elsewhere than at one of these. */
export function onTouchElsewhere(boxes: readonly Element[], call: () => void): void {
  document.addEventListener('pointerdown', (event) => {
    const at = event.target;
    const isHere = at instanceof Node && boxes.some((box) => box.contains(at));
    if (isFinger(event) && !isHere) call();
  });
}

/** Lets a tap on marks say what a pointer that moves over them is told. */
export function tapsPoint(host: HTMLElement): void {
  let from: PointerEvent | null = null;
  host.addEventListener('pointerdown', (event) => {
    from = isFinger(event) ? event : null;
  });
  host.addEventListener('pointerup', (event) => {
    const { clientX, clientY, pointerType, target } = event;
    const moved = from && Math.hypot(clientX - from.clientX, clientY - from.clientY);
    if (moved === null || moved > TAP) return;
    target?.dispatchEvent(
      new PointerEvent('pointermove', { bubbles: true, clientX, clientY, pointerType }),
    );
  });
}
