package io.github.dnsonde.http;

import io.helidon.webserver.http.ServerRequest;

/** What stands at a path. */
interface Page {
  PageResponse answer(ServerRequest request);
}
