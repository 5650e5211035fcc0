/** made-once — what is made of an object that is kept, such as a fact: once, and as long as the object is there. */

/** For what costs much to make again, and is the same each time. */
export function madeOnce<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, V>();
  return (of) => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const fresh = make(of);
    made.set(of, fresh);
    return fresh;
  };
}
