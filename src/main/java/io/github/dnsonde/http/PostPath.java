package io.github.dnsonde.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * The only path of a listener that receives documents, and the only method there. Every refusal
 * ends the connection, because the body may not have been read.
 */
record PostPath(String path) {

  /** Returns true if a request is for this path; otherwise refuses it. */
  boolean admits(ServerRequest request, ServerResponse response) {
    if (!request.path().path().equals(path)) {
      refuse(Status.NOT_FOUND_404, "no such path; available: " + path, request, response);
      return false;
    }
    if (!request.prologue().method().equals(Method.POST)) {
      response.header(HeaderNames.ALLOW, "POST");
      refuse(Status.METHOD_NOT_ALLOWED_405, "only POST is allowed", request, response);
      return false;
    }
    return true;
  }

  /** Refuses a request, with an error in the format of the API. */
  void refuse(Status status, String message, ServerRequest request, ServerResponse response) {
    Site.closeAfter(response);
    Site.send(PageResponse.error(status, "/api" + path, message), request, response);
  }
}
