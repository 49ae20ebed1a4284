import { z } from 'zod';
import { exportSession, provenanceGraph, signedCheckpoint } from '../provenance/session-report.ts';
import { sessionId } from './arguments.ts';
import { sessionTool } from './tool.ts';

/** Says what a session has read and spent. */
export const provenanceReport = sessionTool({
  name: 'rlm.provenance.report',
  title: 'Provenance of a session',
  description:
    'Says which spans this session has read, how many calls and bytes it has spent, and, with export_json, gives ' +
    'the signed records themselves. Free. Example: {"session_id":"s_…"}',
  input: z.strictObject({
    session_id: sessionId,
    export_json: z.boolean().default(false).describe('Also give the records as a JSON string.'),
  }),
  output: {
    label: z.literal('DATA'),
    provenance_graph: z.looseObject({}),
    export_payload: z.string().optional(),
    checkpoint: z.looseObject({}),
  },
  isReadOnly: true,
  isCharged: false,
  needsRoots: false,
  run: async (args, call, { store, identity }) => {
    const graph = await provenanceGraph(store, call.session);
    const checkpoint = await signedCheckpoint(store, identity);
    const exported = args.export_json ? await exportSession(store, call.session.id) : null;
    return {
      result: {
        label: 'DATA',
        provenance_graph: graph,
        ...(exported === null
          ? {}
          : {
              export_payload: JSON.stringify({
                version: 1,
                provenance_graph: graph,
                ...exported,
                checkpoint,
              }),
            }),
        checkpoint,
      },
    };
  },
});
