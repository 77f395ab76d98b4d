package dev.chaski.server.admin;

import dev.chaski.engine.BrokerException;

/** A request that is answered by an error: its code for programs, its message for people. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** The message, which is always there. */
    String text() {
        return String.valueOf(getMessage());
    }

    static ApiException badRequest(String code, String message) {
        return new ApiException(400, code, message);
    }

    static ApiException notFound(String code, String message) {
        return new ApiException(404, code, message);
    }

    static ApiException forbidden(String code, String message) {
        return new ApiException(403, code, message);
    }

    /** What the engine refused. */
    static ApiException of(BrokerException why) {
        String text = String.valueOf(why.getMessage());
        return switch (why.reason()) {
            case BAD_TOPIC -> badRequest("INVALID_TOPIC", text);
            case BAD_CHANNEL -> badRequest("INVALID_CHANNEL", text);
            case TOPIC_NOT_FOUND -> notFound("TOPIC_NOT_FOUND", text);
            case CHANNEL_NOT_FOUND -> notFound("CHANNEL_NOT_FOUND", text);
            case LIMIT -> new ApiException(503, "LIMIT_REACHED", text);
            case DISK_FULL -> new ApiException(503, "DISK_FULL", text);
            case DISK_FAILED -> new ApiException(503, "DISK_FAILED", text);
            case DELETED, EXITING -> new ApiException(503, "EXITING", text);
        };
    }

    String reason() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 413 -> "Request Entity Too Large";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Error";
        };
    }
}
