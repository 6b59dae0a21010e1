/** Writes the page into a folder and returns the path of its index.html. */
export function buildPlayground(folder?: string): Promise<string>;
