// Package notices tells people, outside the node, that something waits for them
// inside it: by e-mail, and by web push on their devices. It says what kind of
// thing waits, in one sentence that is the same for everybody, and where to sign
// in. What it is and whom it is about, they see there.
//
// Who: everybody who works on the node, each for themselves. They choose whether
// and by which channels they are told, and in which hours not.
//
// Its life: a consequence or a clock of the node says Tell in the deed's own
// transaction. What is ordinary waits a minute for what else there is, and goes
// as one message; then a quarter of an hour passes before the next. In somebody's
// quiet hours it waits until they are over. What is urgent goes at once, in quiet
// hours too, and again after 5, 15 and 30 minutes until it is opened or needs
// nobody any more (Over): after that it is for the feature's own clock to tell
// somebody else. What its receiver has opened, or has said to know of, is not said.
//
// The sender (Run) works outside of commands. It sends at least once: a message is
// a row before it is sent and is marked after, and carries the same Message-ID or
// topic each time, so that duplicates collapse. It tries for three days, less and
// less often; then it gives up, in the ledger and on the operator's page. An
// address that the mail server refuses is used no longer, and its owner sees why; a
// device that its push service does not know any more is removed.
//
// What is private: where somebody is told. Addresses and subscriptions are sealed
// in the vault, each under a key of its own that is destroyed with it; they are in
// no log, no ledger and no error, and their owner sees them only in part. A push
// service learns that a device was told something at a certain hour, and nothing
// of what: it is sealed to the device (RFC 8291), at one length for all.
//
// What never happens: a name, a reference or the words of anybody in a message, in
// the outbox or in an address that a message holds; a notice to somebody whose
// account is closed; a connection to any host but the operator's mail server and
// the push services that the operator lists.
//
// A telephone without data is reached where its operator turns e-mail into SMS: the
// address of that gateway is an e-mail address like any other.
package notices
