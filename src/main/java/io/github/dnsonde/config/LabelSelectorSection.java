package io.github.dnsonde.config;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.TextMap;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Value;
import java.util.List;
import java.util.Set;

/** A section that is a label selector (Kubernetes API reference, LabelSelector). */
final class LabelSelectorSection {

  private static final Scalar<String> KEY =
      Scalar.required("key", LabelSyntax.KEY, "The label's key.");
  private static final Scalar<LabelSelector.Operator> OPERATOR =
      Scalar.required(
          "operator",
          Choice.of(LabelSelector.Operator.values(), LabelSelector.Operator::word),
          "The requirement on the label.");
  private static final ScalarList<String> VALUES =
      ScalarList.of(
          "values",
          LabelSyntax.VALUE,
          0,
          64,
          "[]",
          "The values for `In` and `NotIn`; at least one.");

  private static final Section<LabelSelector.Requirement> REQUIREMENT =
      Section.of("matchExpressions[]", LabelSelectorSection::requirement, KEY, OPERATOR, VALUES)
          .checked(LabelSelectorSection::valuesFitOperator);

  private static final SectionList<LabelSelector.Requirement> EXPRESSIONS =
      SectionList.of(
          "matchExpressions",
          0,
          32,
          REQUIREMENT,
          "[]",
          "Further requirements, each with `key`, `operator` (`In`, `NotIn`, `Exists`,"
              + " `DoesNotExist`) and `values`, as in a Kubernetes label selector.");

  private LabelSelectorSection() {}

  /**
   * Creates the section of a label selector.
   *
   * @param labels the default of {@code matchLabels}
   * @param meaning the description of {@code matchLabels}
   */
  static Section<LabelSelector> of(String name, String labels, String meaning) {
    TextMap matchLabels = LabelSyntax.map("matchLabels", labels, meaning);
    return Section.of(
        name,
        in -> new LabelSelector(in.get(matchLabels), in.get(EXPRESSIONS)),
        matchLabels,
        EXPRESSIONS);
  }

  private static LabelSelector.Requirement requirement(Values in) {
    return new LabelSelector.Requirement(in.get(KEY), in.get(OPERATOR), Set.copyOf(in.get(VALUES)));
  }

  private static void valuesFitOperator(Values in) {
    List<Value<String>> values = in.list(VALUES);
    in.given(OPERATOR)
        .filter(operator -> operator.takesValues() == values.isEmpty())
        .ifPresent(
            operator ->
                in.mistake(
                    in.line(),
                    in.path(VALUES),
                    values.isEmpty() ? "nothing" : "values",
                    operator.takesValues()
                        ? "at least one value for operator " + operator.word()
                        : "no values for operator " + operator.word()));
  }
}
