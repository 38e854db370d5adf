package io.github.dnsonde.diagnosis;

import java.util.HashMap;
import java.util.Map;

/**
 * The judgments of paths under one view of a cluster, each kept once: in a large cluster, hundreds
 * of thousands of paths have a few hundred. All diagnosers of a controller share them. They hold
 * policies, so another view needs new ones; its policies are the same objects everywhere, which is
 * quick to compare. Belongs to one thread.
 */
public final class SharedJudgments {

  /** Others are kept more than once for a while: tenants make any number. */
  private static final int MOST = 10_000;

  private final Map<PathJudgment, PathJudgment> known = new HashMap<>();

  /** Returns the first judgment that is equal to this one. */
  PathJudgment one(PathJudgment judgment) {
    if (known.size() >= MOST) {
      known.clear();
    }
    return known.computeIfAbsent(judgment, first -> first);
  }
}
