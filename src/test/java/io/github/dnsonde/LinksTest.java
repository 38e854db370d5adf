package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that links between pages lead to existing files and headings. */
class LinksTest {

  static List<Page> pages() throws IOException {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkHasATarget(Page page) throws IOException {
    List<Page> all = pages();
    List<String> broken =
        page.links().stream()
            .filter(link -> !link.startsWith("https://"))
            .filter(link -> !leads(page, link, all))
            .toList();
    assertEquals(List.of(), broken, "links without an existing file or heading");
  }

  private static boolean leads(Page from, String link, List<Page> all) {
    URI uri = URI.create(link);
    Path folder = Optional.ofNullable(from.file().getParent()).orElse(Path.of(""));
    Path file = uri.getPath().isEmpty() ? from.file() : folder.resolve(uri.getPath()).normalize();
    Optional<String> anchor = Optional.ofNullable(uri.getFragment());
    return Files.exists(file)
        && (anchor.isEmpty()
            || all.stream()
                .anyMatch(
                    page -> page.file().equals(file) && page.anchors().contains(anchor.get())));
  }

  @Test
  void theReadmeLinksToEveryPage() throws IOException {
    Page readme =
        pages().stream()
            .filter(page -> page.file().equals(Path.of("README.md")))
            .findFirst()
            .orElseThrow();
    Set<String> missing =
        Page.documents().stream()
            .map(Page::toString)
            .filter(file -> !file.equals("README.md") && !file.startsWith("chart"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(missing.contains("docs/install.md"), missing::toString);
    missing.removeAll(readme.links());
    assertEquals(Set.of(), missing);
  }
}
