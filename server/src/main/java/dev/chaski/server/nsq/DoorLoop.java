package dev.chaski.server.nsq;

import dev.chaski.engine.Loop;
import dev.chaski.engine.Publisher;

/**
 * What the door keeps for each loop, shared by the loop's connections. Confined to the loop.
 *
 * @param loop the loop
 * @param publisher where its connections publish
 * @param topics how they find topics
 * @param clockwork who wakes them
 */
record DoorLoop(Loop loop, Publisher publisher, Topics topics, Clockwork clockwork) {}
