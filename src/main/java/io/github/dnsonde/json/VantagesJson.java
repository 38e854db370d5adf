package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Standing;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/**
 * Where an agent asks from, where it could and does not, and whom it asks: {@code {"servers": […],
 * "vantages": […]}}, written by the agent and read back by the commands that ask it.
 */
public final class VantagesJson {

  private VantagesJson() {}

  /** What was read. */
  public record Vantages(List<Server> servers, List<Candidate> candidates) {
    public Vantages {
      servers = List.copyOf(servers);
      candidates = List.copyOf(candidates);
    }
  }

  /** Writes it, compact. */
  public static void write(Collection<Server> servers, List<Candidate> candidates, Writer out)
      throws IOException {
    write(servers, candidates, FormattingStyle.COMPACT, out);
  }

  /** Writes it indented for people, with a line feed at its end. */
  public static void writePretty(Vantages vantages, Writer out) throws IOException {
    write(vantages.servers(), vantages.candidates(), FormattingStyle.PRETTY, out);
    out.write('\n');
    out.flush();
  }

  private static void write(
      Collection<Server> servers, List<Candidate> candidates, FormattingStyle style, Writer out)
      throws IOException {
    JsonWriter json = Shapes.open(out, style);
    json.beginObject();
    json.name("servers").beginArray();
    for (Server server : servers) {
      Shapes.server(json, server);
    }
    json.endArray();
    json.name("vantages").beginArray();
    for (Candidate candidate : candidates) {
      candidate(json, candidate);
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  private static void candidate(JsonWriter json, Candidate candidate) throws IOException {
    json.beginObject();
    json.name("namespace").value(candidate.namespace());
    json.name("workload").value(candidate.workload());
    json.name("pod").value(candidate.pod());
    Shapes.text(json.name("address"), candidate.address().map(Addresses::text));
    json.name("class").value(candidate.policyClass());
    json.name("standing").value(candidate.standing().label());
    json.endObject();
  }

  /**
   * Reads it back.
   *
   * @throws IOException if it cannot be read or is something else; the message says what
   */
  public static Vantages read(Reader in) throws IOException {
    return Readings.of(
        in,
        "list of vantages",
        root ->
            new Vantages(
                Readings.all(root, "servers", VantagesJson::server),
                Readings.all(root, "vantages", VantagesJson::candidate)));
  }

  private static Server server(JsonObject json) {
    return new Server(
        Readings.text(json, "name"),
        InetAddress.ofLiteral(Readings.text(json, "address")),
        json.get("port").getAsInt());
  }

  private static Candidate candidate(JsonObject json) {
    return new Candidate(
        Readings.text(json, "namespace"),
        Readings.text(json, "workload"),
        Readings.text(json, "pod"),
        Readings.optionalText(json, "address").map(InetAddress::ofLiteral),
        Readings.text(json, "class"),
        Readings.word(json, "standing", Standing.class));
  }
}
