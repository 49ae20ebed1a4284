/** How the bridge is started on this machine: what an IDE's entry names, and what our own checks launch. */
export interface BridgeProgram {
  /** Absolute path of the Node executable: a GUI's PATH often has none. */
  readonly nodePath: string;
  /** Absolute path of `rlm-bridge.mjs`. */
  readonly bridgePath: string;
}
