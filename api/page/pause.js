/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>} rejects, at once, when `signal` is aborted
 */
export function pause(milliseconds, signal) {
  return new Promise((done, failed) => {
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", over);
      if (signal?.aborted) failed(signal.reason);
      else done();
    };
    const timer = setTimeout(over, milliseconds);
    if (signal?.aborted) over();
    else signal?.addEventListener("abort", over);
  });
}
