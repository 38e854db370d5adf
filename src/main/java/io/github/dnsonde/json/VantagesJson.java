package io.github.dnsonde.json;

import static java.util.Objects.requireNonNull;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The vantages, other pods and servers of an agent as JSON: {@code {"servers": […], "resolver":
 * {…}, "remarks": […], "vantages": […]}}. Written by the agent, and read back by the commands that
 * query it.
 */
public final class VantagesJson {

  private VantagesJson() {}

  /**
   * The content of the document.
   *
   * @param resolver the settings of the agent's own stub resolver
   * @param remarks notes for operators about the servers and the cluster
   * @param parts the parts of vantages in the probing of the cluster, by their pods; none if nodes
   *     do not divide it
   */
  public record Vantages(
      List<Server> servers,
      List<Candidate> candidates,
      ResolverSettings resolver,
      List<String> remarks,
      Map<NamespacedName, Part> parts) {
    public Vantages {
      servers = List.copyOf(servers);
      candidates = List.copyOf(candidates);
      requireNonNull(resolver, "resolver is null");
      remarks = List.copyOf(remarks);
      parts = Map.copyOf(parts);
    }

    /** Returns the part of a pod; empty if it is no vantage, or nodes do not divide the work. */
    public Optional<Part> part(Candidate candidate) {
      return Optional.ofNullable(parts.get(candidate.namespacedPod()));
    }

    /** Takes the content from a plan, with servers ordered by name. */
    public static Vantages of(Plan plan) {
      return new Vantages(
          plan.servers().stream()
              .sorted(Comparator.comparing(Server::name).thenComparing(Server::hostPort))
              .toList(),
          plan.candidates(),
          plan.resolver(),
          plan.remarks(),
          plan.isDivided()
              ? plan.vantages().stream()
                  .collect(
                      Collectors.toMap(
                          Vantage::namespacedPod,
                          vantage -> plan.isCore(vantage) ? Part.CORE : Part.BACKGROUND,
                          (one, _) -> one))
              : Map.of());
    }
  }

  /** The part of a vantage in the probing of the whole cluster. */
  public enum Part {
    /** It sends all queries, in turn with vantages of other nodes. */
    CORE,
    /** It sends a few queries, once in a long while. */
    BACKGROUND;

    /** The word in outputs. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Writes the content, compact. */
  public static void write(Vantages vantages, Writer out) throws IOException {
    write(vantages, FormattingStyle.COMPACT, out);
  }

  /** Writes the content indented for people, with a line feed at its end. */
  public static void writePretty(Vantages vantages, Writer out) throws IOException {
    write(vantages, FormattingStyle.PRETTY, out);
    out.write('\n');
    out.flush();
  }

  private static void write(Vantages vantages, FormattingStyle style, Writer out)
      throws IOException {
    JsonWriter json = JsonWriting.open(out, style);
    json.beginObject();
    json.name("servers").beginArray();
    for (Server server : vantages.servers()) {
      JsonWriting.server(json, server);
    }
    json.endArray();
    JsonWriting.settings(json.name("resolver"), vantages.resolver());
    JsonWriting.texts(json.name("remarks"), vantages.remarks());
    json.name("vantages").beginArray();
    for (Candidate candidate : vantages.candidates()) {
      candidate(json, candidate, vantages.part(candidate));
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  private static void candidate(JsonWriter json, Candidate candidate, Optional<Part> part)
      throws IOException {
    json.beginObject();
    json.name("namespace").value(candidate.namespace());
    json.name("workload").value(candidate.workload());
    json.name("pod").value(candidate.pod());
    JsonWriting.text(json.name("address"), candidate.address().map(Addresses::text));
    json.name("class").value(candidate.policyClass());
    json.name("standing").value(candidate.status().label());
    json.name("dnsPolicy").value(candidate.resolver().policy());
    JsonWriting.settings(json.name("dnsConfig"), candidate.resolver().config());
    JsonWriting.texts(json.name("serversInUse"), candidate.resolver().servers());
    JsonWriting.text(json.name("part"), part.map(Part::label));
    json.endObject();
  }

  /**
   * Reads the content back.
   *
   * @throws IOException if it cannot be read or is something else; the message states the reason
   */
  public static Vantages read(Reader in) throws IOException {
    return JsonReading.of(
        in,
        "list of vantages",
        root ->
            new Vantages(
                JsonReading.all(root, "servers", VantagesJson::server),
                JsonReading.all(root, "vantages", VantagesJson::candidate),
                settings(root.getAsJsonObject("resolver")),
                JsonReading.texts(root, "remarks"),
                parts(root)));
  }

  private static Map<NamespacedName, Part> parts(JsonObject root) {
    Map<NamespacedName, Part> parts = new HashMap<>();
    for (JsonElement each : root.getAsJsonArray("vantages")) {
      JsonObject vantage = each.getAsJsonObject();
      if (JsonReading.optionalText(vantage, "part").isPresent()) {
        parts.put(
            new NamespacedName(
                JsonReading.text(vantage, "namespace"), JsonReading.text(vantage, "pod")),
            JsonReading.word(vantage, "part", Part.class));
      }
    }
    return parts;
  }

  private static Server server(JsonObject json) {
    return new Server(
        JsonReading.text(json, "name"),
        InetAddress.ofLiteral(JsonReading.text(json, "address")),
        json.get("port").getAsInt());
  }

  private static Candidate candidate(JsonObject json) {
    return new Candidate(
        JsonReading.text(json, "namespace"),
        JsonReading.text(json, "workload"),
        JsonReading.text(json, "pod"),
        JsonReading.optionalText(json, "address").map(InetAddress::ofLiteral),
        JsonReading.text(json, "class"),
        JsonReading.word(json, "standing", VantageStatus.class),
        new Candidate.Resolver(
            JsonReading.text(json, "dnsPolicy"),
            settings(json.getAsJsonObject("dnsConfig")),
            JsonReading.texts(json, "serversInUse")));
  }

  private static ResolverSettings settings(JsonObject json) {
    return new ResolverSettings(
        JsonReading.texts(json, "nameservers").stream().map(InetAddress::ofLiteral).toList(),
        JsonReading.texts(json, "search"),
        JsonReading.texts(json, "options"));
  }
}
