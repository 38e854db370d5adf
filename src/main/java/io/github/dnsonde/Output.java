package io.github.dnsonde;

/** How a command shows what it found; the words are those of its option. */
enum Output {
  table,
  json
}
