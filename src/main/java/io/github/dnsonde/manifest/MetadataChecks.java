package io.github.dnsonde.manifest;

import static io.github.dnsonde.manifest.Notes.invalid;
import static io.github.dnsonde.manifest.Notes.quote;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The checks of an object's metadata in API servers (apimachinery, {@code api/validation}). */
record MetadataChecks(Notes notes) {

  private static final String PATH = "metadata";
  private static final int MOST_ANNOTATIONS = 256 * 1_024;

  void metadata(Fields object) {
    Fields metadata = notes.object(object, PATH, "");
    name(metadata);
    String namespace = notes.text(metadata, "namespace", PATH).orElse("");
    if (!namespace.isEmpty()) {
      name("namespace", namespace, Names.dnsLabel(namespace));
    }
    new LabelChecks(notes).labels(metadata, "labels", PATH);
    annotations(metadata);
  }

  /** The server appends to {@code generateName}, which may therefore end with a dash. */
  private void name(Fields metadata) {
    String name = notes.text(metadata, "name", PATH).orElse("");
    String prefix = notes.text(metadata, "generateName", PATH).orElse("");
    if (!name.isEmpty()) {
      name("name", name, Names.subdomain(name));
    }
    if (!prefix.isEmpty()) {
      name("generateName", prefix, Names.subdomain(prefix.replaceFirst("-$", "a")));
    }
    boolean isMissing = name.isEmpty() && prefix.isEmpty();
    boolean isOfAnotherType = metadata.has("name") && metadata.text("name").isEmpty();
    if (isMissing && !isOfAnotherType) {
      notes.refuse("metadata.name", "Required value: name or generateName is required");
    }
  }

  private void name(String field, String name, List<String> flaws) {
    if (!Names.hasVariable(name)) {
      flaws.forEach(flaw -> notes.refuse(PATH + "." + field, invalid(quote(name), flaw)));
    }
  }

  private void annotations(Fields metadata) {
    Fields annotations = notes.object(metadata, "annotations", PATH);
    String path = PATH + ".annotations";
    long size = 0;
    for (String key : annotations.names().stream().sorted().toList()) {
      Optional<String> value = annotations.text(key);
      if (value.isEmpty() && annotations.has(key)) {
        notes.refuse(path, invalid(quote(key), "must be a text (in quotes)"));
      }
      Names.labelKey(key.toLowerCase(Locale.ROOT))
          .forEach(flaw -> notes.refuse(path, invalid(quote(key), flaw)));
      size += key.length() + value.orElse("").length();
    }
    if (size > MOST_ANNOTATIONS) {
      notes.refuse(path, "Too long: may not be more than " + MOST_ANNOTATIONS + " bytes");
    }
  }
}
