// Words for what the API names by a short label.

/** Words, or null, in a row. */
export const inRow = (words) => words.filter((each) => each !== null).join(', ');

/** Why a namespace, or one of its pods, is not seen. */
const BLIND = {
  __proto__: null,
  no_agent: 'its pods run where no agent runs',
  no_network: 'the agent cannot enter the pods\u2019 networks',
  no_address: 'its pods have no address yet',
  host_network: 'its pods use the node\u2019s network',
  foreign_kernel: 'its pods have a kernel of their own',
  excluded: 'the configuration excludes it',
  finished: 'its pods have ended',
  capped: 'it has as many vantages on the node as pods.per-namespace allows',
  contested: 'several networks of the node claim the pod\u2019s address',
  unconfirmed: 'another network has the pod\u2019s address now',
  unread: 'the agent could not read it from the API server',
};

/** Shorter words, where there is one line. */
const SHORT = {
  __proto__: null,
  no_agent: 'no agent where its pods run',
  no_network: 'its networks cannot be entered',
  foreign_kernel: 'its pods have their own kernel',
  capped: 'beyond pods.per-namespace on its node',
  contested: 'several networks claim its address',
  unconfirmed: 'another network has its address',
  unread: 'not read from the API server',
};

/** The words for a cause in one line. */
export const blindShort = (cause) => SHORT[cause] ?? blindWords(cause);

/** The words for a cause; those that are not known here are shown as they are. */
export const blindWords = (cause) => BLIND[cause] ?? cause;
