package io.github.dnsonde.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.Main;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The exit status of a command, with its output. */
record Ran(int status, String out, String err) {

  /** Runs a command within this process. */
  static Ran command(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
    return new Ran(status, out.toString(), err.toString());
  }

  /** Runs a command that reads this from its standard input. */
  static Ran reading(String input, String... words) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return command(words);
    } finally {
      System.setIn(before);
    }
  }

  /** Compares manifests with a cluster. */
  static Ran lintAgainst(Path kubeconfig, Path manifests, String... more) {
    return command(
        Stream.concat(
                Stream.of(
                    "lint",
                    manifests.toString(),
                    "--against-cluster",
                    "--kubeconfig",
                    kubeconfig.toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  /** Prints the baseline of a cluster. */
  static Ran baseline(Path kubeconfig, String... more) {
    return command(
        Stream.concat(Stream.of("baseline", "--kubeconfig", kubeconfig.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  /** The findings of {@code lint -f json}. */
  Stream<JsonObject> findings() {
    return JsonParser.parseString(out)
        .getAsJsonObject()
        .getAsJsonArray("findings")
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject);
  }

  /** The messages of the findings. */
  List<String> said() {
    return findings().map(finding -> finding.get("message").getAsString()).toList();
  }
}
