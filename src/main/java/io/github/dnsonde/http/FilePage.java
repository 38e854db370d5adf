package io.github.dnsonde.http;

import io.github.dnsonde.page.PageFile;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A file of the page. A browser keeps it, and asks each time whether it changed: so the files of
 * two versions never meet.
 */
final class FilePage implements Page {

  private final PageFile file;

  FilePage(PageFile file) {
    this.file = file;
  }

  @Override
  public PageResponse answer(ServerRequest request) {
    try {
      byte[] content = file.read();
      String etag = etag(content);
      return isKept(request, etag)
          ? PageResponse.unchanged(file.contentType(), etag)
          : PageResponse.kept(file.contentType(), etag, out -> out.write(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isKept(ServerRequest request, String etag) {
    return request.headers().all(HeaderNames.IF_NONE_MATCH, List::of).stream()
        .flatMap(header -> List.of(header.split(",")).stream())
        .map(String::strip)
        .anyMatch(etag::equals);
  }

  /** Weak, because it is the same with and without compression (RFC 9110 §8.8.3). */
  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return "W/\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
