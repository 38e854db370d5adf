package io.github.dnsonde.metrics;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of the wire format that is needed to read a scrape
 * (protobuf.dev/programming-guides/encoding; the messages are those of prometheus/client_model's
 * metrics.proto).
 *
 * @param fields the values of a message by field number: Long for varints and fixed numbers, byte
 *     arrays for strings and messages
 */
record Protobuf(Map<Integer, List<Object>> fields) {

  /** Reads the families of a stream of messages, each after its length, by their names. */
  static Map<String, Protobuf> families(InputStream in) throws IOException {
    Map<String, Protobuf> families = new LinkedHashMap<>();
    DataInputStream data = new DataInputStream(in);
    for (int next = in.read(); next >= 0; next = in.read()) {
      byte[] octets = new byte[(int) varint(next, data)];
      data.readFully(octets);
      Protobuf family = parse(octets);
      families.put(family.text(1), family);
    }
    return families;
  }

  private static long varint(int first, DataInputStream data) throws IOException {
    long value = first & 0x7f;
    int octet = first;
    for (int shift = 7; (octet & 0x80) != 0; shift += 7) {
      octet = data.readUnsignedByte();
      value |= (long) (octet & 0x7f) << shift;
    }
    return value;
  }

  private static Protobuf parse(byte[] octets) {
    Map<Integer, List<Object>> fields = new LinkedHashMap<>();
    ByteBuffer buffer = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      long tag = varint(buffer);
      fields
          .computeIfAbsent((int) (tag >> 3), _ -> new ArrayList<>())
          .add(value((int) tag & 7, buffer));
    }
    return new Protobuf(fields);
  }

  private static Object value(int wireType, ByteBuffer buffer) {
    return switch (wireType) {
      case 0 -> varint(buffer);
      case 1 -> buffer.getLong();
      case 2 -> {
        byte[] octets = new byte[(int) varint(buffer)];
        buffer.get(octets);
        yield octets;
      }
      default -> throw new AssertionError("wire type " + wireType + " is not in use");
    };
  }

  private static long varint(ByteBuffer buffer) {
    long value = 0;
    int shift = 0;
    byte octet;
    do {
      octet = buffer.get();
      value |= (long) (octet & 0x7f) << shift;
      shift += 7;
    } while (octet < 0);
    return value;
  }

  boolean has(int field) {
    return fields.containsKey(field);
  }

  String text(int field) {
    return new String((byte[]) first(field), StandardCharsets.UTF_8);
  }

  long number(int field) {
    return (Long) first(field);
  }

  double fraction(int field) {
    return Double.longBitsToDouble(number(field));
  }

  List<Protobuf> messages(int field) {
    return fields.getOrDefault(field, List.of()).stream()
        .map(octets -> parse((byte[]) octets))
        .toList();
  }

  private Object first(int field) {
    return fields.getOrDefault(field, List.of()).stream()
        .findFirst()
        .orElseThrow(() -> new AssertionError("no field " + field + " among " + fields.keySet()));
  }
}
