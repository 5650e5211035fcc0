/** intake — the bytes of one peer that are not read as messages yet.
 *
 * A chunk that holds whole messages, the usual case, is never copied. Bytes that wait for more
 * are kept in a store that doubles, so a megabyte in slices of one byte costs two copies of
 * each byte, not a copy of everything for each slice. */

const SMALL = 4096;

export class Intake {
  /** Unread bytes are `store[from, to)`. */
  private store: Buffer | undefined;
  private from = 0;
  private to = 0;

  get unread(): number {
    return this.to - this.from;
  }

  /** All unread bytes, the chunk's last: good until the next call. Tell `keep` what is left. */
  add(chunk: Buffer): Buffer {
    if (this.unread === 0) return chunk;
    this.append(chunk);
    return this.view();
  }

  /** The unread bytes as they are. */
  view(): Buffer {
    return this.store?.subarray(this.from, this.to) ?? Buffer.alloc(0);
  }

  /** Of what `add` or `view` gave, the bytes from `start` on are still unread. */
  keep(bytes: Buffer, start: number): void {
    if (this.unread > 0) this.from += start;
    else if (start < bytes.length) this.append(bytes.subarray(start));
    if (this.unread === 0) this.clear();
  }

  clear(): void {
    this.from = 0;
    this.to = 0;
    // Idle peers are many: they keep no large store.
    if (this.store && this.store.length > SMALL) this.store = undefined;
  }

  private append(chunk: Buffer): void {
    const store = this.room(chunk.length);
    chunk.copy(store, this.to);
    this.to += chunk.length;
  }

  /** The store, with room for `count` bytes after `to`. */
  private room(count: number): Buffer {
    if (this.store && this.to + count <= this.store.length) return this.store;
    const needed = this.unread + count;
    // Moving to the front pays only if it frees half of the store; else it would be done again soon.
    const fits = this.store && needed * 2 <= this.store.length;
    const next = fits ? (this.store as Buffer) : Buffer.allocUnsafeSlow(capacityFor(needed));
    this.store?.copy(next, 0, this.from, this.to);
    this.to -= this.from;
    this.from = 0;
    this.store = next;
    return next;
  }
}

const capacityFor = (count: number): number => 2 ** Math.ceil(Math.log2(Math.max(2 * count, 512)));
