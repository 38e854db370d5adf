package io.github.dnsonde.kube;

import java.io.IOException;
import java.util.Optional;

/**
 * The metadata of a page of a list (Kubernetes documentation, "Retrieving large results sets in
 * chunks").
 *
 * @param version of the whole list: from which a watch continues
 * @param more the token for the next page
 */
record ListPage(String version, Optional<String> more) {

  static final Mask MASK = Mask.of("resourceVersion,continue");

  /** Objects of a page: a page of NetworkPolicies then has about 400 kB. */
  private static final int LIMIT = 250;

  /** The source of one page. */
  interface Source {
    ListPage read(Query query) throws IOException;
  }

  /**
   * Reads a list page by page, and returns the last.
   *
   * @param freshness the permitted age of the list; for the first page, which the others continue
   */
  static ListPage last(Query query, Freshness freshness, Source source) throws IOException {
    Query first = query.listed(LIMIT);
    ListPage listPage = source.read(freshness.applyTo(first));
    while (listPage.more().isPresent()) {
      listPage = source.read(first.with("continue", listPage.more().get()));
    }
    return listPage;
  }
}
