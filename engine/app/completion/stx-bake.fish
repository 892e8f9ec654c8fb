# Completion of stx-bake for fish. In ~/.config/fish/config.fish: stx-bake completion fish | source

function __stx_bake_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -l answer ($program completion fish (string replace -r '^' ':' -- $words[2..-1] "$current") 2>/dev/null)
    switch "$answer[1]"
        case files directories
            set -l start (string replace -r -- '^(--[^=]*=)?.*' '$1' "$current")
            set -l path (string replace -r -- '^--[^=]*=' '' "$current")
            set -l found
            if test "$answer[1]" = files
                set found (__fish_complete_path "$path")
            else
                set found (__fish_complete_directories "$path")
            end
            for each in $found
                echo "$start$each"
            end
        case '*'
            string join \n -- $answer[2..-1]
    end
end

complete -c stx-bake -f -a '(__stx_bake_complete)'
