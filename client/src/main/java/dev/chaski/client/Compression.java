package dev.chaski.client;

/** What a connection does with its bytes, below TLS's and above the protocol's. */
enum Compression {
    NONE,
    SNAPPY,
    DEFLATE
}
