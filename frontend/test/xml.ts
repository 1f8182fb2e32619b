/** An element of an XML text: enough of the language for what we write, and strict about it. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function decoded(text: string): string {
  const plain = text.replace(/&[^;&]*;/g, (entity) => {
    const sign = ENTITIES[entity];
    if (sign === undefined) throw new Error(`unknown entity ${entity}`);
    return sign === "&" ? "\u0001" : sign;
  });
  if (plain.includes("&")) throw new Error(`stray & in ${text}`);
  return plain.replaceAll("\u0001", "&");
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  const rest = text.replace(/\s([\w-]+)="([^"<]*)"/g, (_, name: string, value: string) => {
    if (name in attributes) throw new Error(`two attributes ${name}`);
    attributes[name] = decoded(value);
    return "";
  });
  if (rest.trim() !== "") throw new Error(`malformed attributes: ${text}`);
  return attributes;
}

/** The root element; throws if the text is not well-formed. */
export function parseXml(text: string): Element {
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(text)) {
    throw new Error("a sign that XML forbids");
  }
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  for (const [, tag, between = ""] of text.matchAll(/<([^>]*)>|([^<>]+|>)/g)) {
    const parent = open.at(-1);
    if (parent === undefined) throw new Error("closed too often");
    if (tag === undefined) {
      parent.text += decoded(between);
    } else if (tag.startsWith("/")) {
      if (open.pop()?.name !== tag.slice(1)) throw new Error(`</${tag.slice(1)}> closes another`);
    } else {
      const [, name = "", attributes = ""] = /^([\w-]+)([\s\S]*?)\/?$/.exec(tag) ?? [];
      const element = { name, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(element);
      if (!tag.endsWith("/")) open.push(element);
    }
  }
  const [first, ...others] = root.children;
  if (open.length !== 1 || first === undefined || others.length > 0)
    throw new Error("not one tree");
  return first;
}

/** An element and all below it, in the order they stand. */
export function everyElement(root: Element): Element[] {
  return [root, ...root.children.flatMap(everyElement)];
}
