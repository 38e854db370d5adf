package io.github.dnsonde.lint;

import static java.lang.System.Logger.Level.DEBUG;

import io.github.dnsonde.cluster.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Judges manifests. */
public final class Linter {

  private static final System.Logger LOG = System.getLogger(Linter.class.getName());

  private final Resolvers resolvers;
  private final List<Finding> findings = new ArrayList<>();
  private int ignored;

  private Linter(Resolvers resolvers) {
    this.resolvers = resolvers;
  }

  /**
   * Judges all that was read.
   *
   * @param namespace of those manifests that leave it to whoever applies them
   * @param baseline findings that are not to be told again
   */
  public static Report judge(
      Input input, Resolvers resolvers, Optional<String> namespace, Baseline baseline) {
    Inventory inventory = new Inventory(input.objects(), namespace);
    LOG.log(DEBUG, "{0} objects are of kinds that are not looked at", inventory.others());
    Linter linter = new Linter(resolvers);
    linter.judgeEach(inventory);
    linter.judgeTogether(inventory);
    if (namespace.isEmpty()) {
      linter.judgePlaceless(inventory);
    }
    List<Finding> unknown = baseline.unknown(linter.findings.stream().sorted().toList());
    return new Report(
        unknown,
        input.mistakes(),
        inventory.valid().size() + inventory.rejected().size(),
        input.files(),
        linter.ignored,
        linter.findings.size() - unknown.size());
  }

  private void judgeEach(Inventory inventory) {
    for (Inventory.Rejected each : inventory.rejected()) {
      each.policy()
          .flaws()
          .forEach(flaw -> tell(each.document(), Shape.flaw(each.document(), flaw)));
      ignores(each.document());
    }
    for (Located each : inventory.valid()) {
      Stream.of(
              Shape.emptyEgress(each.document()).stream(),
              Shape.dashSlips(each, resolvers),
              Shape.surprises(each.document()))
          .flatMap(findings -> findings)
          .forEach(finding -> tell(each.document(), finding));
      ignores(each.document());
    }
    for (Inventory.Foreign each : inventory.foreign()) {
      tell(each.document(), Shape.foreign(each.document(), each.policy()));
      ignores(each.document());
    }
  }

  private void ignores(Document object) {
    Ignores.of(object).broken().stream()
        .map(entry -> Shape.badIgnore(object, entry))
        .forEach(finding -> tell(object, finding));
  }

  /** Policies add up, so all of a namespace are one. */
  private void judgeTogether(Inventory inventory) {
    Map<String, Labels> namespaces = inventory.labels(resolvers.namespace());
    inventory.neighbourhoods().parallelStream()
        .map(each -> drafts(each, namespaces))
        .toList()
        .forEach(drafts -> drafts.forEach(each -> tell(each.policy().document(), each.finding())));
  }

  private Collection<Draft> drafts(Neighbourhood at, Map<String, Labels> namespaces) {
    Map<String, Draft> byCause = new LinkedHashMap<>();
    at.classes().stream()
        .flatMap(pods -> new Judge(resolvers, namespaces, pods).findings().stream())
        .forEach(draft -> byCause.merge(draft.cause(), draft, Draft::and));
    return byCause.values();
  }

  private void judgePlaceless(Inventory inventory) {
    List<Document> placeless =
        inventory.valid().stream()
            .map(Located::document)
            .filter(each -> each.namespace().isEmpty())
            .toList();
    if (!placeless.isEmpty()) {
      tell(placeless.getFirst(), Shape.placeless(placeless));
    }
  }

  private void tell(Document object, Finding finding) {
    if (Ignores.of(object).rules().contains(finding.rule())) {
      ignored++;
    } else {
      findings.add(finding);
    }
  }
}
