package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.files.Ancestry;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Literal;
import io.github.dnsonde.manifest.Manifest;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.yaml.Encoding;
import io.github.dnsonde.yaml.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The settings in a repository's {@code .dnsonde-lint.yaml}, so that CI and editors agree. Its keys
 * are the options of the command line, except those that would run a program.
 */
public final class Preferences {

  /** The name of the file, in the linted folder or one above it. */
  public static final String FILE = ".dnsonde-lint.yaml";

  private static final int MAX_SIZE = 1 << 20;
  private static final int MAX_SHOWN = 60;
  private static final int MAX_PORT = 65_535;

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private static final List<String> KEYS =
      List.of(
          "platform",
          "namespace",
          "dns-namespace",
          "dns-labels",
          "dns-port",
          "dns-port-names",
          "node-local",
          "cluster-ip",
          "pod-cidr",
          "service-cidr",
          "units",
          "include",
          "exclude",
          "baseline",
          "fail-level",
          "allow-empty");

  private static final List<String> LEVELS = List.of("error", "warning", "info", "none");

  private final Path file;
  private final Fields fields;
  private final Function<String, Integer> line;
  private final List<InputError> mistakes = new ArrayList<>();

  private Preferences(Path file, Fields fields, Function<String, Integer> line) {
    this.file = file;
    this.fields = fields;
    this.line = line;
  }

  /** Thrown if the file has unusable content; the message has a line for each mistake. */
  public static final class Unusable extends IOException {
    private static final long serialVersionUID = 1L;

    Unusable(List<InputError> mistakes) {
      super(
          String.join(
              "\n", mistakes.stream().map(InputError::toString).map(SafeText::line).toList()));
    }
  }

  /** Returns the file of the repository that contains a path, if there is one. */
  public static Optional<Path> find(Path start) {
    return Ancestry.of(start).stream()
        .map(folder -> folder.resolve(FILE))
        .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
        .findFirst();
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or is {@link Unusable}
   */
  public static Preferences read(Path file) throws IOException {
    String content = text(file);
    boolean isEmpty = content.lines().allMatch(line -> line.isBlank() || line.startsWith("#"));
    Manifest.Text text = Manifest.read(isEmpty ? "{}" : content, false);
    if (!text.mistakes().isEmpty()) {
      Manifest.Problem first = text.mistakes().getFirst();
      throw new IOException(new InputError(place(file, first.line()), first.says()).toString());
    }
    if (text.objects().size() > 1) {
      int second = text.objects().get(1).line();
      throw new IOException(
          new InputError(place(file, second), "found a second document, expected only one")
              .toString());
    }
    if (text.objects().isEmpty()) {
      throw new IOException(
          new InputError(place(file, 0), "found no key, expected one of " + keys()).toString());
    }
    Manifest only = text.objects().getFirst();
    Preferences preferences = new Preferences(file, only.fields(), only::keyLine);
    preferences.check();
    return preferences;
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file
              + ": found "
              + (Files.exists(file) ? "no regular file" : "no such file")
              + ", expected a readable file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_SIZE + 1);
      if (octets.length > MAX_SIZE) {
        throw new IOException(file + ": found more than 1 MiB, expected a file of at most 1 MiB");
      }
      return Encoding.decode(octets);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": found octets that are no text, expected UTF-8", e);
    }
  }

  private static SourceLocation place(Path file, int line) {
    return new SourceLocation(Units.shown(file.toAbsolutePath().normalize()), line);
  }

  private static String keys() {
    return String.join(", ", KEYS);
  }

  /** Reads everything once, so that each mistake is reported. */
  private void check() throws IOException {
    for (String name : fields.names()) {
      if (!KEYS.contains(name)) {
        String meant = Nearest.to(name, KEYS).map(key -> " (did you mean " + key + "?)").orElse("");
        String expected =
            name.equals("build") ? "--build on the command line alone" : "one of " + keys() + meant;
        mistake(name, "", quoted(name), expected);
      }
    }
    platform();
    namespace();
    dnsNamespace();
    dnsLabels();
    dnsPort();
    dnsPortNames();
    nodeLocal();
    clusterIp();
    podCidrs();
    serviceCidrs();
    units();
    include();
    exclude();
    baseline();
    failLevel();
    allowEmpty();
    if (!mistakes.isEmpty()) {
      throw new Unusable(mistakes.stream().distinct().sorted().toList());
    }
  }

  private void mistake(String path, String shown, String found, String expected) {
    mistakes.add(
        new InputError(
            place(file, line.apply(path)),
            (shown.isEmpty() ? "" : shown + ": ") + "found " + found + ", expected " + expected));
  }

  public Optional<Platform> platform() {
    return text("platform", Platform::of, "one of " + Platform.ids());
  }

  public Optional<String> namespace() {
    return text("namespace", Preferences::namespaceName, "a namespace's name");
  }

  public Optional<String> dnsNamespace() {
    return text("dns-namespace", Preferences::namespaceName, "a namespace's name");
  }

  private static Optional<String> namespaceName(String text) {
    return Optional.of(text).filter(NAMESPACE.asMatchPredicate());
  }

  public Map<String, String> dnsLabels() {
    return map("dns-labels", "a map of labels, such as k8s-app: kube-dns");
  }

  public Optional<Integer> dnsPort() {
    return text(
        "dns-port",
        text -> integer(text).filter(port -> port >= 1 && port <= MAX_PORT),
        "a port, 1 to 65535");
  }

  private static Optional<Integer> integer(String text) {
    try {
      return Optional.of(Integer.valueOf(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  public Map<Protocol, String> dnsPortNames() {
    Map<Protocol, String> names = new EnumMap<>(Protocol.class);
    String expected = "a map such as UDP: udp-53";
    map("dns-port-names", expected)
        .forEach(
            (protocol, name) -> {
              if (Set.of("UDP", "TCP").contains(protocol)) {
                names.put(Protocol.valueOf(protocol), name);
              } else {
                mistake("dns-port-names." + protocol, "dns-port-names", quoted(protocol), expected);
              }
            });
    return names;
  }

  public List<InetAddress> nodeLocal() {
    return list("node-local", Preferences::address, "an address such as 169.254.20.10");
  }

  public Optional<InetAddress> clusterIp() {
    return text("cluster-ip", Preferences::address, "an address such as 10.96.0.10");
  }

  private static Optional<InetAddress> address(String text) {
    return Literal.address(text);
  }

  public List<Cidr> podCidrs() {
    return list("pod-cidr", Preferences::network, "a network such as 10.42.0.0/16");
  }

  public List<Cidr> serviceCidrs() {
    return list("service-cidr", Preferences::network, "a network such as 10.43.0.0/16");
  }

  private static Optional<Cidr> network(String text) {
    try {
      return Optional.of(Cidr.around(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The units, relative to the file's folder like all its paths. */
  public List<Path> units() {
    return list("units", this::path, "a folder's path");
  }

  private Optional<Path> path(String text) {
    try {
      return Optional.of(file.toAbsolutePath().normalize().resolveSibling(text).normalize());
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  public List<String> include() {
    return list("include", Optional::of, "a pattern");
  }

  public List<String> exclude() {
    return list("exclude", Optional::of, "a pattern");
  }

  public Optional<Path> baseline() {
    return text("baseline", this::path, "a file's path");
  }

  /** The level: one of {@code error}, {@code warning}, {@code info} and {@code none}. */
  public Optional<String> failLevel() {
    return text(
        "fail-level",
        text -> Optional.of(text).filter(LEVELS::contains),
        "one of " + String.join(", ", LEVELS));
  }

  public boolean allowEmpty() {
    if (fields.has("allow-empty") && fields.flag("allow-empty").isEmpty()) {
      mistake("allow-empty", "allow-empty", shown("allow-empty"), "true or false");
    }
    return fields.flag("allow-empty").orElse(false);
  }

  private <T> Optional<T> text(String key, Function<String, Optional<T>> read, String expected) {
    if (!fields.has(key)) {
      return Optional.empty();
    }
    Optional<T> value = scalar(key).flatMap(read);
    if (value.isEmpty()) {
      mistake(key, key, shown(key), expected);
    }
    return value;
  }

  private Optional<String> scalar(String key) {
    return fields.text(key).or(() -> fields.number(key).map(String::valueOf));
  }

  /** Reads a list, or a single value. */
  private <T> List<T> list(String key, Function<String, Optional<T>> read, String expected) {
    if (!fields.has(key)) {
      return List.of();
    }
    if (!fields.isList(key)) {
      return text(key, read, expected + ", or a list of them").stream().toList();
    }
    List<String> texts = fields.texts(key);
    if (texts.size() != fields.size(key)) {
      mistake(key, key, "something that is no text", expected);
    }
    List<T> values = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Optional<T> value = read.apply(texts.get(i));
      if (value.isEmpty()) {
        mistake(key, key + "[" + i + "]", quoted(texts.get(i)), expected);
      }
      value.ifPresent(values::add);
    }
    return values;
  }

  private Map<String, String> map(String key, String expected) {
    Map<String, String> map = new LinkedHashMap<>(fields.map(key));
    if (fields.has(key) && map.isEmpty()) {
      mistake(key, key, shown(key), expected);
    }
    return map;
  }

  private String shown(String key) {
    return scalar(key)
        .or(() -> fields.flag(key).map(String::valueOf))
        .map(Preferences::quoted)
        .orElse(fields.isList(key) ? "a list" : "something else");
  }

  private static String quoted(String text) {
    return "'" + SafeText.part(text, MAX_SHOWN) + "'";
  }
}
