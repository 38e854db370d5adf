package io.github.dnsonde.http;

import io.helidon.webserver.http.ServerRequest;

/** The page at a path. */
interface Page {
  PageResponse answer(ServerRequest request);
}
