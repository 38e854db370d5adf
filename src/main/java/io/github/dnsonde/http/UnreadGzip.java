package io.github.dnsonde.http;

import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncoding;
import java.util.Set;

/**
 * Lets Helidon accept bodies that are gzip, and leaves inflating to {@link ReportBody}, which
 * bounds it. Without this, Helidon refuses such bodies.
 */
final class UnreadGzip implements ContentEncoding {

  private static final String GZIP = "gzip";

  @Override
  public Set<String> ids() {
    return Set.of(GZIP);
  }

  @Override
  public boolean supportsEncoding() {
    return false;
  }

  @Override
  public boolean supportsDecoding() {
    return true;
  }

  @Override
  public ContentDecoder decoder() {
    return ContentDecoder.NO_OP;
  }

  @Override
  public ContentEncoder encoder() {
    return ContentEncoder.NO_OP;
  }

  @Override
  public String name() {
    return GZIP;
  }

  @Override
  public String type() {
    return GZIP;
  }
}
