package io.github.dnsonde.testkit;

import java.util.List;

/** Texts that hostile users may put wherever a cluster or a pull request lets them write. */
public final class Hostile {

  /** One of each kind: terminals, CI systems, the order of text, line ends, markup, length. */
  public static final List<String> TEXTS =
      List.of(
          "\u001b]0;pwned\u0007\u001b[2J\u001b[8mhidden",
          "y\n::error title=pwned::x",
          "::error file=a.yaml::x",
          " \t::add-mask::x",
          "a\r::stop-commands::x\r\nb",
          "\u00a0::set-env name=PATH::/tmp",
          "x##[error]y##[add-mask]z",
          "##vso[task.setvariable variable=a]b",
          "\u202e\u2066evil\u2069\u202c\u061c",
          "a\u200bb\u200f\ufeff\u00ad\u2060",
          "a\u2028::error::b\u2029c\u0085::error::d",
          "a\ud800b\udc00",
          "\u009b31m\u007f\u0000\b\f",
          "\ufe0f\u3164\u2800\ue000\uffff\udb40\udc41",
          "<script>alert(1)</script>\"'&]]>-->",
          "](https://evil.example/) [a](1) ${x} {0} %s%n @|red x|@",
          "x".repeat(20_000));

  private Hostile() {}
}
