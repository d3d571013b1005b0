<?php
/**
 * Plugin Name: contentcheck 发布前检查
 * Description: 发布前请 contentcheck 服务检查文章；不合规则的留作草稿，并说明原因。
 * Version: 1.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * License: Apache-2.0
 *
 * An example to start from. Only the step to published or scheduled is checked; who edits a post that is live is not
 * stopped, since the only way to stop them would be to take it down.
 */

namespace ContentCheck;

defined( 'ABSPATH' ) || exit;

const OPTION     = 'contentcheck';
const META       = '_contentcheck';
const POST_TYPES = array( 'post', 'page' );
const DEFAULTS   = array(
	'url'         => 'http://127.0.0.1:8000',
	'key'         => '',
	'brand'       => '',
	'unreachable' => 'allow',
	'timeout'     => 20,
);
const VERDICTS   = array(
	'publish'           => '可以发布',
	'revise'            => '建议修改',
	'reject'            => '不宜发布',
	'insufficient_text' => '文字太少，无法判断',
);

/* ---- Asking the service ---- */

/** What is set, with a key from wp-config.php (CONTENTCHECK_KEY) before the one in the database. */
function settings() {
	$set = array_merge( DEFAULTS, (array) get_option( OPTION, array() ) );
	if ( defined( 'CONTENTCHECK_KEY' ) ) {
		$set['key'] = CONTENTCHECK_KEY;
	}
	return $set;
}

/** The decoded answer, or WP_Error with what the service says is wrong. */
function request( $method, $path, $body = null ) {
	$set      = settings();
	$headers  = array( 'Accept' => 'application/json' );
	$headers += '' === $set['key'] ? array() : array( 'Authorization' => 'Bearer ' . $set['key'] );
	$sent     = array(
		'method'      => $method,
		'timeout'     => (int) $set['timeout'],
		'redirection' => 0, // the key is for this address alone
		'headers'     => $headers,
	);
	if ( null !== $body ) {
		$sent['headers']['Content-Type'] = 'application/json; charset=utf-8';
		$sent['body']                    = wp_json_encode( $body );
	}
	$response = wp_remote_request( untrailingslashit( $set['url'] ) . $path, $sent );
	if ( is_wp_error( $response ) ) {
		return new \WP_Error( 'contentcheck_unreachable', '连不上检查服务：' . $response->get_error_message() );
	}
	$code    = (int) wp_remote_retrieve_response_code( $response );
	$content = json_decode( wp_remote_retrieve_body( $response ), true );
	if ( 200 !== $code || ! is_array( $content ) ) {
		$detail = is_array( $content ) && isset( $content['detail'] ) ? (string) $content['detail'] : "回答 {$code}";
		return new \WP_Error( 'contentcheck_failed', '检查服务没有给出结论：' . $detail );
	}
	return $content;
}

/**
 * Whether a text may be published: array with allowed, verdict, reasons, score (null where unknown) and error ('' where
 * the service has answered). One request a text, however many hooks ask.
 */
function ruling( $post_id, $title, $content ) {
	static $known = array();
	$digest       = md5( $title . "\0" . $content );
	if ( isset( $known[ $digest ] ) ) {
		return $known[ $digest ];
	}
	$set   = settings();
	$draft = array(
		'id'    => 'wp-' . (int) $post_id,
		'title' => wp_strip_all_tags( $title ),
		'html'  => strip_shortcodes( $content ),
	);
	if ( '' !== $set['brand'] ) {
		$draft['brand'] = $set['brand'];
	}
	$answer = request( 'POST', '/v1/gate', $draft );
	if ( ! is_wp_error( $answer ) && ! is_bool( $answer['allowed'] ?? null ) ) {
		$answer = new \WP_Error( 'contentcheck_failed', '检查服务的回答无法识别，请核对地址' );
	}
	if ( is_wp_error( $answer ) ) {
		$ruling = array(
			'allowed' => 'allow' === $set['unreachable'],
			'verdict' => '',
			'reasons' => array(),
			'score'   => null,
			'error'   => $answer->get_error_message(),
		);
	} else {
		$ruling = array(
			'allowed' => $answer['allowed'],
			'verdict' => (string) ( $answer['verdict'] ?? '' ),
			'reasons' => array_map( 'strval', array_column( (array) ( $answer['reasons'] ?? array() ), 'message' ) ),
			'score'   => score( $answer['check'] ?? null ),
			'error'   => '',
		);
	}
	$known[ $digest ] = $ruling;
	if ( $post_id ) {
		update_post_meta( $post_id, META, wp_slash( $ruling + array( 'at' => time() ) ) );
	}
	return $ruling;
}

/** The homogeneity score of a stored check; null where there is none, or the key may not read it. */
function score( $check ) {
	if ( ! is_string( $check ) || '' === $check ) {
		return null;
	}
	$report = request( 'GET', '/v1/checks/' . rawurlencode( $check ) );
	return is_wp_error( $report ) ? null : ( $report['homogeneity']['score'] ?? null );
}

/** Why a post was stopped, or what went wrong, in plain text. */
function explanation( $ruling ) {
	if ( '' !== $ruling['error'] ) {
		$then = $ruling['allowed'] ? '；这次未经检查就发布了' : '；按设置，检查不了就不发布';
		return $ruling['error'] . $then;
	}
	return '发布前检查：' . ( VERDICTS[ $ruling['verdict'] ] ?? $ruling['verdict'] ) . '。' . implode( '；', $ruling['reasons'] );
}

/** Whether a save takes a post to the public, now or later. */
function is_publishing( $type, $after, $before ) {
	return in_array( $type, POST_TYPES, true ) && in_array( $after, array( 'publish', 'future' ), true ) && 'publish' !== $before;
}

/* ---- Stopping what may not be published ---- */

/** The block editor: the save fails, and the editor shows why. A save may bring only what has changed, unslashed. */
function before_rest_insert( $prepared, $request ) {
	if ( is_wp_error( $prepared ) ) {
		return $prepared;
	}
	$old    = empty( $prepared->ID ) ? null : get_post( $prepared->ID );
	$before = $old ? $old->post_status : '';
	$type   = $prepared->post_type ?? ( $old ? $old->post_type : 'post' );
	if ( ! is_publishing( $type, $prepared->post_status ?? $before, $before ) ) {
		return $prepared;
	}
	$title   = $prepared->post_title ?? ( $old ? $old->post_title : '' );
	$content = $prepared->post_content ?? ( $old ? $old->post_content : '' );
	$ruling  = ruling( $prepared->ID ?? 0, $title, $content );
	if ( ! $ruling['allowed'] ) {
		return new \WP_Error( 'contentcheck_blocked', explanation( $ruling ), array( 'status' => 403 ) );
	}
	return $prepared;
}

/** Everything else (classic editor, quick edit, XML-RPC): the post becomes a draft, and a notice says why. */
function before_insert( $data, $given ) {
	$id  = (int) ( $given['ID'] ?? 0 );
	$old = $id ? get_post( $id ) : null;
	if ( ! is_publishing( $data['post_type'], $data['post_status'], $old ? $old->post_status : '' ) ) {
		return $data;
	}
	$ruling = ruling( $id, wp_unslash( $data['post_title'] ), wp_unslash( $data['post_content'] ) );
	if ( ! $ruling['allowed'] ) {
		$data['post_status'] = 'draft';
	}
	if ( ! $ruling['allowed'] || '' !== $ruling['error'] ) {
		$notice = array( 'blocked' => ! $ruling['allowed'], 'text' => explanation( $ruling ) );
		set_transient( 'contentcheck_' . get_current_user_id(), $notice, 5 * MINUTE_IN_SECONDS );
	}
	return $data;
}

/** Else the classic editor would say that the post was published: 10 is "draft updated". */
function after_saving( $location ) {
	$notice = get_transient( 'contentcheck_' . get_current_user_id() );
	return $notice && $notice['blocked'] ? add_query_arg( 'message', 10, $location ) : $location;
}

function show_notice() {
	$name   = 'contentcheck_' . get_current_user_id();
	$notice = get_transient( $name );
	if ( ! $notice ) {
		return;
	}
	delete_transient( $name );
	$kind = $notice['blocked'] ? 'error' : 'warning';
	$lead = $notice['blocked'] ? '文章没有发布，已留作草稿。' : '';
	printf( '<div class="notice notice-%s is-dismissible"><p>%s</p></div>', esc_attr( $kind ), esc_html( $lead . $notice['text'] ) );
}

/* ---- The box beside the editor ---- */

function add_box() {
	add_meta_box( 'contentcheck', '发布前检查', __NAMESPACE__ . '\\show_box', POST_TYPES, 'side' );
}

function show_box( $post ) {
	$last = get_post_meta( $post->ID, META, true );
	if ( ! is_array( $last ) ) {
		echo '<p>还没有检查过。</p>';
	} elseif ( '' !== $last['error'] ) {
		printf( '<p>%s</p>', esc_html( $last['error'] ) );
	} else {
		printf( '<p><strong>%s</strong></p>', esc_html( VERDICTS[ $last['verdict'] ] ?? $last['verdict'] ) );
		if ( null !== $last['score'] ) {
			printf( '<p>同质化：%d（0-100，越低越好）</p>', (int) round( $last['score'] ) );
		}
		echo '<ul>';
		foreach ( $last['reasons'] as $reason ) {
			printf( '<li>%s</li>', esc_html( $reason ) );
		}
		echo '</ul>';
		printf( '<p>检查时间：%s</p>', esc_html( wp_date( 'Y-m-d H:i', $last['at'] ) ) );
	}
	$link = admin_url( 'admin-post.php?action=contentcheck&post=' . (int) $post->ID );
	printf( '<p><a href="%s">检查已保存的内容</a></p>', esc_url( wp_nonce_url( $link, 'contentcheck_' . (int) $post->ID ) ) );
}

/** The link in the box: checks what is saved, changes nothing of the post. */
function check_saved() {
	$id = isset( $_GET['post'] ) ? absint( $_GET['post'] ) : 0;
	check_admin_referer( 'contentcheck_' . $id );
	$post = get_post( $id );
	if ( ! $post || ! current_user_can( 'edit_post', $id ) ) {
		wp_die( esc_html( '没有修改这篇文章的权限。' ), '', array( 'response' => 403 ) );
	}
	ruling( $id, $post->post_title, $post->post_content );
	wp_safe_redirect( get_edit_post_link( $id, 'raw' ) );
	exit;
}

/* ---- Settings ---- */

function register() {
	register_setting( OPTION, OPTION, array( 'type' => 'array', 'sanitize_callback' => __NAMESPACE__ . '\\sanitize' ) );
}

/** What an administrator has typed, made safe; an empty key field keeps the key, which is never shown again. */
function sanitize( $given ) {
	$given = is_array( $given ) ? $given : array();
	$old   = array_merge( DEFAULTS, (array) get_option( OPTION, array() ) );
	$url   = esc_url_raw( trim( $given['url'] ?? '' ), array( 'http', 'https' ) );
	$key   = sanitize_text_field( $given['key'] ?? '' );
	return array(
		'url'         => '' === $url ? $old['url'] : $url,
		'key'         => '' === $key ? $old['key'] : $key,
		'brand'       => sanitize_text_field( $given['brand'] ?? '' ),
		'unreachable' => 'block' === ( $given['unreachable'] ?? '' ) ? 'block' : 'allow',
		'timeout'     => min( 60, max( 1, absint( $given['timeout'] ?? 0 ) ) ),
	);
}

function add_settings_page() {
	add_options_page( '发布前检查', '发布前检查', 'manage_options', 'contentcheck', __NAMESPACE__ . '\\show_settings_page' );
}

function show_settings_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$set = settings();
	?>
	<div class="wrap">
		<h1>发布前检查</h1>
		<form action="options.php" method="post">
			<?php settings_fields( OPTION ); ?>
			<table class="form-table">
				<tr>
					<th><label for="contentcheck-url">服务地址</label></th>
					<td><input id="contentcheck-url" class="regular-text" type="url" name="contentcheck[url]" value="<?php echo esc_attr( $set['url'] ); ?>" required></td>
				</tr>
				<tr>
					<th><label for="contentcheck-key">密钥</label></th>
					<td>
						<input id="contentcheck-key" class="regular-text" type="password" name="contentcheck[key]" value="" autocomplete="off" placeholder="<?php echo esc_attr( '' === $set['key'] ? '' : '已设置，不改就留空' ); ?>">
						<p class="description">需要 check 权限；再有 read 权限就能显示分数。也可以在 wp-config.php 里定义 CONTENTCHECK_KEY。</p>
					</td>
				</tr>
				<tr>
					<th><label for="contentcheck-brand">品牌</label></th>
					<td>
						<input id="contentcheck-brand" class="regular-text" name="contentcheck[brand]" value="<?php echo esc_attr( $set['brand'] ); ?>">
						<p class="description">留空则不判断与产品的相关性，也没有品牌的发布规则。</p>
					</td>
				</tr>
				<tr>
					<th><label for="contentcheck-unreachable">检查不了时</label></th>
					<td>
						<select id="contentcheck-unreachable" name="contentcheck[unreachable]">
							<option value="allow" <?php selected( $set['unreachable'], 'allow' ); ?>>照常发布，并提醒</option>
							<option value="block" <?php selected( $set['unreachable'], 'block' ); ?>>不发布，留作草稿</option>
						</select>
					</td>
				</tr>
				<tr>
					<th><label for="contentcheck-timeout">最多等几秒</label></th>
					<td><input id="contentcheck-timeout" type="number" min="1" max="60" name="contentcheck[timeout]" value="<?php echo esc_attr( (string) $set['timeout'] ); ?>"></td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

foreach ( POST_TYPES as $type ) {
	add_filter( "rest_pre_insert_{$type}", __NAMESPACE__ . '\\before_rest_insert', 10, 2 );
}
add_filter( 'wp_insert_post_data', __NAMESPACE__ . '\\before_insert', 10, 2 );
add_filter( 'redirect_post_location', __NAMESPACE__ . '\\after_saving' );
add_action( 'admin_notices', __NAMESPACE__ . '\\show_notice' );
add_action( 'add_meta_boxes', __NAMESPACE__ . '\\add_box' );
add_action( 'admin_post_contentcheck', __NAMESPACE__ . '\\check_saved' );
add_action( 'admin_init', __NAMESPACE__ . '\\register' );
add_action( 'admin_menu', __NAMESPACE__ . '\\add_settings_page' );
