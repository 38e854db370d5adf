package io.github.dnsonde.agent;

import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The log of remarks about the plan: a line when one begins to apply, and one when it ends. */
final class RemarkLog {

  private static final Log LOG = Log.named("plan");

  private Set<String> holding = Set.of();

  void accept(List<String> remarks) {
    Set<String> now = new LinkedHashSet<>(remarks);
    now.stream()
        .filter(remark -> !holding.contains(remark))
        .forEach(remark -> LOG.warn(Event.of("remark about the plan").with("remark", remark)));
    holding.stream()
        .filter(remark -> !now.contains(remark))
        .forEach(
            remark ->
                LOG.info(
                    Event.of("remark about the plan no longer applies").with("remark", remark)));
    holding = now;
  }
}
