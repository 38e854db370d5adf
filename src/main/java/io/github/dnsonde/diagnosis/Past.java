package io.github.dnsonde.diagnosis;

import java.util.List;

/** The policies that are gone. */
interface Past {

  /** Those that were removed lately. */
  List<Removal> removed();

  /** Whether a path would be allowed if this policy were there again. */
  boolean wouldAllow(Removal removal, QueryPath path);
}
