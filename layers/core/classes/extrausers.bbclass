# Accounts of an image beside those of its packages: EXTRA_USERS_PARAMS holds commands with `;` behind each, as
# `useradd -m -p '$6$salt$hash' sysadmin; usermod -a -G adm sysadmin;`. They are programs of the image.

EXTRA_USERS_PARAMS ??= ""

rootfs_extra_users() {
    # A dollar may be written with a backslash, as where quotes alone do not keep it.
    cat > "${WORKDIR}/extra-users" <<'END'
${EXTRA_USERS_PARAMS}
END
    tr '\n' ' ' < "${WORKDIR}/extra-users" | sed 's/\\[$]/$/g' | tr ';' '\n' | while IFS= read -r line; do
        program=$(printf '%s' "$line" | awk '{ print $1 }')
        case "$program" in
        "")
            ;;
        useradd|usermod|userdel|groupadd|groupmod|groupdel|groupmems)
            eval "chroot '${IMAGE_ROOTFS}' $line" < /dev/null
            ;;
        passwd-expire)
            chroot "${IMAGE_ROOTFS}" passwd --expire "$(printf '%s' "$line" | awk '{ print $2 }')"
            ;;
        *)
            echo "EXTRA_USERS_PARAMS: \"$program\" is none of useradd, usermod, userdel, groupadd, groupmod, groupdel, groupmems, passwd-expire" >&2
            exit 1
            ;;
        esac
    done
}
