/** services — what the routes ask of the rest of the daemon. */

export interface HttpServices {
  /** Why the daemon cannot answer; empty is ready. Never rejects. */
  notReady(): Promise<readonly string[]>;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}
