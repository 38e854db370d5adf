/**
 * The cluster, live: lists and watches of the API server become {@code cluster.ClusterView}. The
 * only user of {@code io.kubernetes}, and through it of OkHttp.
 *
 * <p>Credentials, TLS and requests are the official client's. What comes back is read as JSON and
 * never as the client's models, which reject every field that is newer than they are; {@link
 * io.github.dnsonde.kube.ModellessClient} does not even load them. {@link
 * io.github.dnsonde.kube.ObjectReader} reads it field by field, because tenants decide how large
 * their objects are. {@link io.github.dnsonde.kube.Store} keeps what matters to the node. Lists and
 * watches are the work of {@link io.github.dnsonde.kube.Reflector}, because the client's informers
 * do not page, request no bookmarks and retry after a fixed second.
 *
 * <p>Permissions of the agent; the verbs are list and watch:
 *
 * <table>
 * <caption>Permissions</caption>
 * <tr><th>apiGroups</th><th>resources</th><th>where</th></tr>
 * <tr><td>{@code ""}</td><td>pods, namespaces</td><td>cluster</td></tr>
 * <tr><td>networking.k8s.io</td><td>networkpolicies</td><td>cluster</td></tr>
 * <tr><td>those of {@code cluster.PolicyKind}</td><td>policies of other kinds</td><td>cluster</td></tr>
 * <tr><td>{@code ""}</td><td>services</td><td>the namespace of kube-dns</td></tr>
 * <tr><td>discovery.k8s.io</td><td>endpointslices</td><td>the namespace of kube-dns</td></tr>
 * <tr><td>apps</td><td>daemonsets</td><td>the agent's own namespace</td></tr>
 * </table>
 *
 * <p>Policies of other kinds are read whole, as far as {@link
 * io.github.dnsonde.kube.ForeignTranslation} needs them: their metadata does not show which pods
 * and which direction they are for. Metadata only shows whether there are any.
 *
 * <p>{@link io.github.dnsonde.kube.ProbePodCluster} is the only class that writes, and the agent
 * never creates one; its Javadoc lists its permissions.
 *
 * <p>Discovery ({@code /apis}) is open to every authenticated client by the cluster role {@code
 * system:discovery}.
 */
@NullMarked
package io.github.dnsonde.kube;

import org.jspecify.annotations.NullMarked;
