/** The values of a protobuf message by their field's number: bytes of what has a length, else a number. */
export type Message = Map<number, (Buffer | bigint)[]>;

/** Reads one level of a message. */
export function readMessage(bytes: Buffer): Message {
  const message: Message = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    if (at > bytes.length) throw new RangeError("the message ends too early");
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const values = message.get(tag >> 3) ?? [];
    message.set(tag >> 3, values);
    const kind = tag & 7;
    if (kind === 0) values.push(varint());
    else if (kind === 1) values.push(take(8).readBigUInt64LE());
    else if (kind === 2) values.push(take(Number(varint())));
    else if (kind === 5) values.push(BigInt(take(4).readUInt32LE()));
    else throw new TypeError(`no such kind of field: ${kind}`);
  }
  return message;
}

/** A text, or "" where there is none. */
export function textOf(message: Message, field: number): string {
  return ((message.get(field)?.[0] as Buffer) ?? Buffer.of()).toString("utf8");
}

/** A number, or 0 where there is none. */
export function numberOf(message: Message, field: number): number {
  return Number(message.get(field)?.[0] ?? 0);
}
