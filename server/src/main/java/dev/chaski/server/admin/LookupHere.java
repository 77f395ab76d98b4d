package dev.chaski.server.admin;

import dev.chaski.server.directory.DirectoryView;

/**
 * The lookup that this broker serves: it is read without asking it over HTTP.
 *
 * @param address host and HTTP port at which others ask it
 * @param directory what it knows
 */
public record LookupHere(String address, DirectoryView directory) {}
