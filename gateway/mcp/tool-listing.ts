import type { ListToolsResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { mayUseTool, type Principal } from '../access/principal.ts';
import { type ToolTable, underscored } from '../tools/table.ts';
import type { Tool } from '../tools/tool.ts';

export type ToolNames = 'underscored' | 'dotted';
type ListedTool = ListToolsResult['tools'][number];

/** Every failure's fields; a result has either these or the tool's own, and always `success`. */
const FAILURE = {
  error: z.string().optional(),
  error_code: z.string().optional(),
  tool: z.string().optional(),
};

/** Turns the tool table into what `tools/list` shows; made once, filtered per key. */
export class ToolListing {
  readonly #listed: readonly { readonly name: string; readonly tool: ListedTool }[];

  constructor(table: ToolTable, names: ToolNames) {
    this.#listed = table.tools.map((tool) => ({ name: tool.name, tool: listedTool(tool, names) }));
  }

  /** What this key may call, and nothing else, in the table's order. */
  for(principal: Principal): ListedTool[] {
    return this.#listed.filter(({ name }) => mayUseTool(principal, name)).map(({ tool }) => tool);
  }
}

function listedTool(tool: Tool, names: ToolNames): ListedTool {
  return {
    name: names === 'dotted' ? tool.name : underscored(tool.name),
    title: tool.title,
    description: tool.description,
    inputSchema: objectSchema(tool.input, 'input'),
    outputSchema: objectSchema(outputSchema(tool), 'output'),
    annotations: {
      readOnlyHint: tool.isReadOnly,
      // Of a tool that only reads it goes without saying.
      ...(tool.isReadOnly ? {} : { destructiveHint: false }),
      openWorldHint: false,
    },
  };
}

/** Success and failure in one flat object: clients check structured failures against this schema too. */
function outputSchema(tool: Tool): z.ZodObject {
  const optional = Object.entries(tool.output).map(([name, type]) => [name, type.optional()] as const);
  return z.looseObject({ success: z.boolean(), ...Object.fromEntries(optional), ...FAILURE });
}

function objectSchema(type: z.ZodObject, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(type, {
    io,
    // "At most 2^53 - 1" tells a model nothing and costs tokens in every conversation. So does what JSON Schema
    // takes for granted; and a client that holds us to `additionalProperties: false` could not be sent a new field.
    override: ({ jsonSchema }) => {
      if (io === 'output' && isUnsaid(jsonSchema.additionalProperties))
        delete jsonSchema.additionalProperties;
      if (io === 'output') delete jsonSchema.propertyNames;
      // What a field of a result means is read in the contract, once, and not in every conversation.
      if (io === 'output') delete jsonSchema.description;
      if (isUnsaid(jsonSchema.properties)) delete jsonSchema.properties;
      // Bounds that no honest call comes near, and that a refusal names.
      if (jsonSchema.minLength === 1) delete jsonSchema.minLength;
      delete jsonSchema.maxLength;
      delete jsonSchema.maxItems;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  // zod gives `type: "object"` for an object schema, which is all the protocol asks for.
  return schema as ListedTool['inputSchema'];
}

/** `false`, or the empty schema that stands for anything. */
const isUnsaid = (schema: unknown): boolean =>
  schema === false || (typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0);
