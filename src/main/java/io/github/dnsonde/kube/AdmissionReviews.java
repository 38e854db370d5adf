package io.github.dnsonde.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.dnsonde.cluster.AdmissionAnswer;
import io.github.dnsonde.cluster.AdmissionRequest;
import io.github.dnsonde.cluster.AdmissionRequest.NamespaceVersion;
import io.github.dnsonde.cluster.AdmissionRequest.Operation;
import io.github.dnsonde.cluster.AdmissionRequest.PolicyVersion;
import io.github.dnsonde.cluster.AdmissionRequest.Subject;
import io.github.dnsonde.cluster.AdmissionRequest.User;
import io.github.dnsonde.manifest.Declared;
import io.github.dnsonde.manifest.Fields;
import io.github.dnsonde.manifest.Names;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads admission reviews and writes the answers (Kubernetes API reference, AdmissionReview v1).
 * Whoever reaches the port may send one, so it is read like everything from outside.
 */
public final class AdmissionReviews {

  private static final String VERSION = "admission.k8s.io/v1";

  private static final int MOST_GROUPS = 1_000;

  /** The further properties of a user, and the values of each: usually one or two. */
  private static final int MOST_EXTRA = 100;

  private static final int LONGEST_UID = 128;

  private static final Mask MASK =
      Mask.of(
          "apiVersion,request(uid,operation,name,namespace,dryRun,resource(group,resource),"
              + "subResource,[userInfo(username,uid,groups,extra*)],[object("
              + BoundedPolicies.FIELDS
              + ")],[oldObject("
              + BoundedPolicies.FIELDS
              + ")])");

  private static final PolicyTranslation POLICIES = new PolicyTranslation();

  private AdmissionReviews() {}

  /**
   * Reads a review.
   *
   * @throws IOException if it is something else; the message says what was expected
   */
  public static AdmissionRequest read(InputStream json) throws IOException {
    StreamedObject review;
    try {
      review =
          new ObjectReader(new InputStreamReader(json, UTF_8))
              .next(MASK)
              .orElseThrow(() -> new IOException("the body is empty"));
    } catch (RuntimeException e) { // Gson throws these for another structure
      throw notReview(e);
    } catch (IOException e) {
      throw notReview(e);
    }
    Fields request = review.fields().object("request");
    String uid = request.text("uid").orElse("");
    if (review.isCut("")
        || !review.fields().text("apiVersion").equals(Optional.of(VERSION))
        || uid.isEmpty()
        || uid.length() > LONGEST_UID) {
      throw new IOException("expected an AdmissionReview of " + VERSION + " with a request");
    }
    return request(review, request, uid);
  }

  private static IOException notReview(Exception cause) {
    return new IOException(
        "expected an AdmissionReview of "
            + VERSION
            + ": "
            + SafeText.part(String.valueOf(cause.getMessage()), 200),
        cause);
  }

  private static AdmissionRequest request(StreamedObject review, Fields request, String uid) {
    Operation operation = operation(request.text("operation").orElse(""));
    NamespacedName name = name(request);
    return new AdmissionRequest(
        uid,
        operation,
        name,
        subject(review, request, operation, name),
        request.flag("dryRun").orElse(false),
        user(request.object("userInfo")));
  }

  private static Operation operation(String word) {
    for (Operation operation : Operation.values()) {
      if (operation.name().equals(word)) {
        return operation;
      }
    }
    return Operation.OTHER;
  }

  /**
   * An object with a generated name has it only in its metadata; so has one that is deleted with
   * its whole collection.
   */
  private static NamespacedName name(Fields request) {
    String name =
        Stream.of(
                request.text("name"),
                request.object("object").object("metadata").text("name"),
                request.object("oldObject").object("metadata").text("name"))
            .flatMap(Optional::stream)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    boolean namespaced =
        !request.object("resource").text("resource").equals(Optional.of("namespaces"));
    return new NamespacedName(namespaced ? request.word("namespace").orElse("") : "", name);
  }

  private static Subject subject(
      StreamedObject review, Fields request, Operation operation, NamespacedName name) {
    Fields resource = request.object("resource");
    boolean whole = request.text("subResource").filter(part -> !part.isEmpty()).isEmpty();
    Optional<StreamedObject> before = version(review, "oldObject");
    Optional<StreamedObject> after = version(review, "object");
    return switch (resource.text("group").orElse("") + "/" + resource.text("resource").orElse("")) {
      case "networking.k8s.io/networkpolicies" ->
          whole && isPolicy(name) ? policy(operation, before, after) : new AdmissionRequest.Other();
      case "/namespaces" ->
          whole
                  && Names.isDnsLabel(name.name())
                  && operation == Operation.UPDATE
                  && before.isPresent()
                  && after.isPresent()
              ? namespace(before.get(), after.get())
              : new AdmissionRequest.Other();
      default -> new AdmissionRequest.Other();
    };
  }

  private static boolean isPolicy(NamespacedName name) {
    return Names.isDnsLabel(name.namespace()) && Names.isSubdomain(name.name());
  }

  private static Subject policy(
      Operation operation, Optional<StreamedObject> before, Optional<StreamedObject> after) {
    boolean complete =
        switch (operation) {
          case CREATE -> after.isPresent();
          case UPDATE -> before.isPresent() && after.isPresent();
          case DELETE -> true; // servers before 1.15 sent no object
          case OTHER -> false;
        };
    return complete
        ? new AdmissionRequest.Policy(
            before.map(AdmissionReviews::policy), after.map(AdmissionReviews::policy))
        : new AdmissionRequest.Other();
  }

  private static PolicyVersion policy(StreamedObject object) {
    return POLICIES
        .read(object)
        .known()
        .map(known -> BoundedPolicies.watched(object, known).version())
        .orElseGet(() -> new PolicyVersion(Optional.empty(), Optional.empty(), ""));
  }

  private static Subject namespace(StreamedObject before, StreamedObject after) {
    try {
      return new AdmissionRequest.Namespace(namespace(before), namespace(after));
    } catch (RuntimeException _) {
      return new AdmissionRequest.Other(); // labels that no server accepts
    }
  }

  private static NamespaceVersion namespace(StreamedObject object) {
    object.requireWhole(path -> path.startsWith("metadata.labels"));
    return new NamespaceVersion(
        BoundedLabels.of(object.metadata()),
        Declared.ofNamespace(object.metadata()),
        BoundedPolicies.ignores(object),
        object.metadata().has("deletionTimestamp"));
  }

  private static Optional<StreamedObject> version(StreamedObject review, String field) {
    return review.fields().object("request").isObject(field) || review.isCut("request." + field)
        ? Optional.of(review.within("request." + field))
        : Optional.empty();
  }

  private static User user(Fields user) {
    List<String> groups = user.texts("groups");
    return new User(
        user.text("username").orElse(""),
        user.text("uid").orElse(""),
        groups.subList(0, Math.min(groups.size(), MOST_GROUPS)),
        extra(user.object("extra")));
  }

  private static Map<String, List<String>> extra(Fields extra) {
    return extra.names().stream()
        .limit(MOST_EXTRA)
        .collect(
            toMap(
                Function.identity(),
                name -> extra.texts(name).stream().limit(MOST_EXTRA).toList()));
  }

  /** The approximate memory of the version that a request leads to, in octets. */
  public static long octets(AdmissionRequest request) {
    return request.after().map(Weights::of).orElse(0L);
  }

  /** Returns the answer as JSON. */
  public static byte[] answer(String uid, AdmissionAnswer answer) {
    JsonObject response = new JsonObject();
    response.addProperty("uid", uid);
    response.addProperty("allowed", answer.allowed());
    answer
        .refusal()
        .ifPresent(
            why -> {
              JsonObject status = new JsonObject();
              status.addProperty("code", 403);
              status.addProperty("reason", "Forbidden");
              status.addProperty("message", why);
              response.add("status", status);
            });
    if (!answer.warnings().isEmpty()) {
      JsonArray warnings = new JsonArray();
      answer.warnings().forEach(warnings::add);
      response.add("warnings", warnings);
    }
    JsonObject audit = new JsonObject();
    audit.addProperty("verdict", answer.verdict());
    response.add("auditAnnotations", audit);
    JsonObject review = new JsonObject();
    review.addProperty("apiVersion", VERSION);
    review.addProperty("kind", "AdmissionReview");
    review.add("response", response);
    return review.toString().getBytes(UTF_8);
  }
}
