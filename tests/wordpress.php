<?php
/**
 * As much of WordPress as the plugin meets, over real HTTP. Takes a scene as JSON on standard input, {"settings", "user",
 * "posts", "steps": [[name, arguments...]]}, runs the plugin in it and prints what each step gave.
 */

const ABSPATH           = '/';
const MINUTE_IN_SECONDS = 60;

class WP_Error {
	private $code, $message, $data;
	public function __construct( $code, $message, $data = array() ) {
		list( $this->code, $this->message, $this->data ) = array( $code, $message, $data );
	}
	public function get_error_message() {
		return $this->message;
	}
	public function shown() {
		return array( 'code' => $this->code, 'message' => $this->message, 'data' => $this->data );
	}
}

$scene      = json_decode( stream_get_contents( STDIN ), true );
$hooks      = array();
$options    = array( 'contentcheck' => $scene['settings'] ?? array() );
$posts      = $scene['posts'] ?? array();
$meta       = array();
$transients = array();
$requests   = array();

function add_filter( $name, $call, $priority = 10, $count = 1 ) {
	$GLOBALS['hooks'][ $name ] = $call;
}
function add_action( $name, $call ) {
	add_filter( $name, $call );
}
function get_option( $name, $else ) {
	return $GLOBALS['options'][ $name ] ?? $else;
}
function get_post( $id ) {
	return isset( $GLOBALS['posts'][ $id ] ) ? (object) $GLOBALS['posts'][ $id ] : null;
}
function update_post_meta( $id, $name, $value ) {
	$GLOBALS['meta'][ $id ][ $name ] = wp_unslash( $value );
}
function get_post_meta( $id, $name, $single ) {
	return $GLOBALS['meta'][ $id ][ $name ] ?? '';
}
function set_transient( $name, $value, $seconds ) {
	$GLOBALS['transients'][ $name ] = $value;
}
function get_transient( $name ) {
	return $GLOBALS['transients'][ $name ] ?? false;
}
function delete_transient( $name ) {
	unset( $GLOBALS['transients'][ $name ] );
}
function get_current_user_id() {
	return 7;
}
function current_user_can( $what, $id = 0 ) {
	return in_array( $what, $GLOBALS['scene']['user'] ?? array(), true );
}
function is_wp_error( $thing ) {
	return $thing instanceof WP_Error;
}
function wp_remote_request( $url, $sent ) {
	$GLOBALS['requests'][] = $sent['method'] . ' ' . $url;
	$lines                 = array();
	foreach ( $sent['headers'] as $name => $value ) {
		$lines[] = "$name: $value";
	}
	$http = array( 'method' => $sent['method'], 'header' => $lines, 'content' => $sent['body'] ?? '' );
	$http += array( 'timeout' => $sent['timeout'], 'ignore_errors' => true, 'follow_location' => $sent['redirection'] );
	$body = @file_get_contents( $url, false, stream_context_create( array( 'http' => $http ) ) );
	if ( false === $body ) {
		return new WP_Error( 'http_request_failed', error_get_last()['message'] );
	}
	return array( 'code' => (int) explode( ' ', $http_response_header[0] )[1], 'body' => $body );
}
function wp_remote_retrieve_response_code( $response ) {
	return $response['code'];
}
function wp_remote_retrieve_body( $response ) {
	return $response['body'];
}
function wp_json_encode( $value ) {
	return json_encode( $value );
}
function wp_slash( $value ) {
	return is_array( $value ) ? array_map( 'wp_slash', $value ) : ( is_string( $value ) ? addslashes( $value ) : $value );
}
function wp_unslash( $value ) {
	return is_array( $value ) ? array_map( 'wp_unslash', $value ) : ( is_string( $value ) ? stripslashes( $value ) : $value );
}
function wp_strip_all_tags( $text ) {
	return trim( strip_tags( $text ) );
}
function strip_shortcodes( $text ) {
	return preg_replace( '/\[[a-z_]+[^\]]*\]/', '', $text );
}
function untrailingslashit( $text ) {
	return rtrim( $text, '/\\' );
}
function esc_html( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}
function esc_attr( $text ) {
	return esc_html( $text );
}
function esc_url( $text ) {
	return esc_html( $text );
}
function esc_url_raw( $url, $schemes ) {
	return in_array( parse_url( $url, PHP_URL_SCHEME ), $schemes, true ) ? $url : '';
}
function sanitize_text_field( $text ) {
	return trim( strip_tags( $text ) );
}
function absint( $value ) {
	return abs( (int) $value );
}
function add_query_arg( $name, $value, $url ) {
	return preg_replace( "/([?&]$name=)[^&]*/", '${1}' . $value, $url );
}
function admin_url( $path ) {
	return 'https://example.com/wp-admin/' . $path;
}
function wp_nonce_url( $url, $action ) {
	return $url . '&_wpnonce=' . md5( $action );
}
function check_admin_referer( $action ) {
	if ( ( $_GET['_wpnonce'] ?? '' ) !== md5( $action ) ) {
		throw new Exception( 'the nonce is wrong' );
	}
}
function wp_die( $message, $title = '', $options = array() ) {
	throw new Exception( $message );
}
function wp_safe_redirect( $url ) {
	throw new Exception( 'to ' . $url );
}
function get_edit_post_link( $id, $context ) {
	return "post.php?post=$id&action=edit";
}
function wp_date( $format, $time ) {
	return gmdate( $format, $time );
}
function settings_fields( $group ) {
	echo '<input name="_wpnonce">';
}
function selected( $one, $other ) {
	echo $one === $other ? 'selected' : '';
}
function submit_button() {
	echo '<button></button>';
}

require $argv[1];

/** The steps a scene is made of; what they print comes before what they give. */
$steps = array(
	'filter'   => function ( $hook, ...$arguments ) use ( &$hooks ) {
		return $hooks[ $hook ]( ...$arguments );
	},
	'rest'     => function ( $post ) use ( &$hooks ) {
		return $hooks['rest_pre_insert_post']( (object) $post, null );
	},
	'classic'  => function ( $post ) use ( &$hooks ) {
		$data = wp_slash( $post + array( 'post_type' => 'post' ) );
		return wp_unslash( $hooks['wp_insert_post_data']( $data, $data ) );
	},
	'box'      => function ( $id ) {
		ContentCheck\show_box( (object) array( 'ID' => $id ) );
	},
	'page'     => function () {
		ContentCheck\show_settings_page();
	},
	'saved'    => function ( $id, $nonce ) use ( &$hooks ) {
		$_GET = array( 'post' => (string) $id, '_wpnonce' => $nonce ? md5( "contentcheck_$id" ) : 'x' );
		$hooks['admin_post_contentcheck']();
	},
	'sanitize' => function ( $given ) {
		return ContentCheck\sanitize( $given );
	},
);

$results = array();
foreach ( $scene['steps'] as $step ) {
	ob_start();
	try {
		$given = $steps[ array_shift( $step ) ]( ...$step );
	} catch ( Exception $error ) {
		$given = $error->getMessage();
	}
	$printed   = ob_get_clean();
	$results[] = '' !== $printed ? $printed : ( is_wp_error( $given ) ? $given->shown() : $given );
}
echo json_encode( array( 'results' => $results, 'requests' => $requests ) );
