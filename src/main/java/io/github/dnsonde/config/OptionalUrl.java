package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The address of a server of HTTP, with a path at most, or nothing. */
record OptionalUrl() implements ValueType<Optional<URI>> {

  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final int LONGEST = 1_024;

  @Override
  public String name() {
    return "URL";
  }

  @Override
  public String range() {
    return "";
  }

  @Override
  public String expected() {
    return "a URL such as https://prometheus.example.com/path, without a user, a query and a"
        + " fragment";
  }

  @Override
  public Optional<URI> read(String text) throws InvalidValue {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI url = new URI(text);
      if (text.length() <= LONGEST
          && isScheme(url.getScheme())
          && url.getHost() != null
          && url.getPort() <= 65_535
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException _) {
      // its message would quote a password
    }
    throw new InvalidValue(expected());
  }

  private static boolean isScheme(@Nullable String scheme) {
    return scheme != null && SCHEMES.contains(scheme);
  }
}
